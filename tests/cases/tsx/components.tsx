import { type FC, useState } from './hooks'
import { Panel } from './panel'

export type Props = { title: string; footer?: FC }
//          ^ definition type Props
//                    ^ definition field Props.title
export const View: FC<Props> = ({ title, footer: Footer }) => {
//           ^ definition function View
//           ^ type -
//                                ^ nothing
  const [open, setOpen] = useState<boolean>(false)
  //                      ^ reference call -
  //     ^ nothing
  const toggle = useCallback(() => setOpen(!open), [])
  //    ^ nothing
  return <Panel title={title} onClick={toggle}><Footer /><Missing.Part /></Panel>
  //      ^ reference call -
  //                   ^ nothing
  //                                            ^ nothing
  //                                                      ^ reference read -
  //                                                              ^ reference call Missing
}
const identity = <T,>(value: T): T => value
//    ^ definition function identity
//                           ^ nothing
