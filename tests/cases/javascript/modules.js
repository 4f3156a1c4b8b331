import './polyfill.js'
//     ^ import ./polyfill.js - - import
import fallback, { render as draw, hydrate } from '../dom/index.js'
//     ^ import ../dom/index.js default fallback import
//                 ^ import ../dom/index.js render draw import
//                                 ^ import ../dom/index.js hydrate hydrate import
//                           ^ reference import -
import * as colors from 'colors'
//          ^ import colors - colors import
import json from './data.json' with { type: 'json' }
//     ^ import ./data.json default json import
import { "quoted-name" as quoted } from './quoted'
//       ^ import ./quoted quoted-name quoted import

export * from './all'
// <- outlined
//            ^ import ./all * - reexport
export * as shapes from './shapes'
//          ^ import ./shapes - shapes reexport
export * as default from './whole'
//          ^ import ./whole - default reexport
export { a, b as c, default as D } from './letters'
//       ^ import ./letters a a reexport
//          ^ import ./letters b c reexport
//                  ^ import ./letters default D reexport
//       ^ nothing
export { draw, hydrate as mount }
// <- outlined
//       ^ import - draw draw reexport
//             ^ import - hydrate mount reexport
//             ^ reference read -
//                        ^ nothing

/** How far to go. */
export const LIMIT = 3
//           ^ definition constant LIMIT
//           ^ doc How far to go.
// <- outlined
let counter = new colors.Counter()
//  ^ definition variable counter
//  ^ type colors.Counter()
//  ^ private
//                       ^ reference call colors
export const { first, second: renamed } = LIMIT
//             ^ definition constant first
//                            ^ definition constant renamed
//                    ^ reference read LIMIT
export const one = () => 1, two = function () { return one() }
//           ^ definition function one
//                          ^ definition function two
//                                                     ^ reference call -

async function load() {
//             ^ definition function load
  const { parse, format: show } = await import('./format.js')
//        ^ import ./format.js parse parse dynamic
//               ^ import ./format.js format show dynamic
  const whole = await import(`./whole.js`)
//      ^ import ./whole.js - whole dynamic
  const lazy = import('./lazy').then((m) => m.Page)
//             ^ import ./lazy Page - dynamic
  const computed = import(`./${LIMIT}.js`)
//                             ^ reference read -
  whole.run(parse, show, lazy, computed)
//      ^ reference call whole
//          ^ reference read -
//                 ^ reference read -
//                       ^ nothing
//                             ^ nothing
}

export default load
//             ^ import - load default reexport
//             ^ reference read -
