/** A shape. */
export interface Shape<T = unknown> extends Named, ns.Sized<T> {
//               ^ definition interface Shape
//               ^ doc A shape.
//               ^ bases Named,ns.Sized
//                     ^ nothing
//                                          ^ reference inherit -
//                                                    ^ reference inherit ns
  readonly area: Area
  //       ^ definition field Shape.area
  //       ^ type Area()
  // <- outlined
  scale?(by: number, unit: Unit): Shape<T>
  // <- definition method Shape.scale
  // <- type Shape()
  //     ^ nothing
  //                       ^ reference type -
  [key: string]: Item
  //^ nothing
  'content-type': Mime
  // <- definition field Shape.content-type
  new (a: Area): Shape
  //   ^ nothing
  <U>(
    value: U
  ): Area
  <V>(value: V): Unit
  //             ^ reference type -
}

export type Pair<A, B> = { left: A; right: B }
//          ^ definition type Pair
//                         ^ definition field Pair.left
//                               ^ nothing
type Alias = Shape<string>
//   ^ definition type Alias
//   ^ bases Shape
//   ^ private
type Both = Shape & { extra: Item }
//   ^ bases Shape
//                    ^ definition field Both.extra
type Mapped<K extends keyof Shape> = { [P in K]?: Shape[P] }
//                                      ^ nothing
//                                           ^ nothing
//                                                      ^ nothing
type Unwrapped<T> = T extends Box<infer U> ? U : Fallback
//                                      ^ nothing
//                                           ^ nothing
//                                               ^ reference type -
type Callback = (event: Event, ...rest: Item[]) => asserts event is Item
//               ^ nothing
//                      ^ reference type -
type Labelled = [first: Item, second?: Unit]
//               ^ nothing
type Named = typeof defaults
//                  ^ reference read -
export const enum Color { Red, Green = 2, 'blue' = 3 }
//                ^ definition enum Color
//                        ^ definition field Color.Red
//                             ^ definition field Color.Green
//                                        ^ definition field Color.blue
const defaults: Pair<Item, Unit> | undefined = undefined
//    ^ definition constant defaults
//    ^ type Pair()
const both = defaults satisfies Alias
//    ^ type Alias()
let unclear: Item | Unit
//  ^ type {Item()|Unit()}
function isItem<T>(this: Shape, value: unknown, other: T): value is Item {
//       ^ definition function isItem
//       ^ type -
  type Inner = T
  //   ^ nothing
  const cast = <Item>value
  cast.go()
  //   ^ reference call Item()
  other.go()
  //    ^ reference call ?
  return <T>value as Inner
}
