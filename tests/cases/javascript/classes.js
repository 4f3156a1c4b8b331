import { Base, logged } from './base.js'

/**
 * A basket of things.
 */
export class Basket extends Base {
//           ^ definition class Basket
//           ^ doc A basket of things.
//           ^ bases Base
//                          ^ reference inherit -
// <- outlined
  static #count = 0
//       ^ definition field Basket.#count
//       ^ private
  items = new Set()
  // <- definition field Basket.items
  // <- type Set()
  onClick = (event) => {
  // <- definition method Basket.onClick
    this.add(event)
    //   ^ reference call Basket()
    //       ^ nothing
  }
  constructor(owner) {
  // <- definition method Basket.constructor
    super(owner)
    this.owner = new Person(owner)
    //   ^ definition field Basket.owner
    //   ^ type Person()
    //               ^ reference call -
    function helper() { this.nothing = 1 }
    //       ^ definition function Basket.constructor.helper
    //                       ^ reference read Basket()
  }
  @logged
 //^ reference decorate -
  add(item) {
  // <- definition method Basket.add
    Basket.#count++
    //     ^ reference read Basket
    super.add(item)
    //    ^ reference call Basket()^
    return this.owner.name()
    //          ^ reference read Basket()
    //                ^ reference call Basket().owner
  }
  static of(...items) { return new Basket() }
  //     ^ definition method Basket.of
  get size() { return this.items.size }
  //  ^ definition method Basket.size
  async *[Symbol.iterator]() {}
  //      ^ reference read -
}

const Anonymous = class extends mixins.Loud {
//    ^ definition class Anonymous
//    ^ bases mixins.Loud
//    ^ private
//                                     ^ reference inherit mixins
  shout() {}
  // <- definition method Anonymous.shout
}

export default class {
//     ^ definition class default
  run() {}
  // <- definition method default.run
}
