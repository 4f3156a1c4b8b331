import { Phase as Stage } from './phase'
//                ^ reference import -
export const State = { Open: 1, closed: 'x' } as const
//           ^ definition object State
//                     ^ definition field State.Open
//                              ^ definition field State.closed
export const plain = { Open: 1 }
//           ^ definition constant plain
//                     ^ nothing
function local() {
    const Inner = { Deep: 1 } as const
    //              ^ nothing
    return State.Open + Inner.Deep
    //           ^ reference read State
}
