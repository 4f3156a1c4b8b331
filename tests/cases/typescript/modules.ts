/// <reference path="./globals.d.ts" />
// <- import ./globals.d.ts - - include
import type { Env, Next as Following } from './types'
//            ^ import ./types Env Env type
//                 ^ import ./types Next Following type
import type Whole from './whole'
//          ^ import ./whole default Whole type
import { value, type Shape } from './mixed'
//       ^ import ./mixed value value import
//                   ^ import ./mixed Shape Shape type
import legacy = require('./legacy')
//     ^ import ./legacy - legacy require
export type { Env } from './types'
//            ^ import ./types Env Env reexport
export type * from './all'
//                 ^ import ./all * - reexport

let loaded: import('./lazy').Lazy
//                           ^ import ./lazy Lazy - type
let all: typeof import('./everything')
//                     ^ import ./everything - - type

export default function start(env: Env): Whole { return env }
//                      ^ definition function start
//                      ^ type Whole()
//                      ^ import - start default reexport
//                            ^ nothing
//                                 ^ reference type -

declare module 'plugin' {
//             ^ definition module plugin
  export function install(): void
  //              ^ definition function plugin.install
}
declare global {
  interface Window { env: Env }
  //        ^ definition interface Window
}
declare const VERSION: string
// <- outlined
//            ^ definition constant VERSION
declare function ambient(a: Env): Shape
//               ^ definition function ambient
//               ^ type Shape()
namespace Outer.Inner {
//        ^ definition module Outer.Inner
  export const depth = 2
  //           ^ definition constant Outer.Inner.depth
  function helper() { return depth }
  //       ^ definition function Outer.Inner.helper
  //                         ^ reference read -
}
