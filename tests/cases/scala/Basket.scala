package com.acme
package shop

import java.util.List
//               ^ import java.util List List import
import com.acme.model._
//     ^ import com.acme.model * - import
import com.acme.util.{Tool => T1, Helper, Bad => _}
//                    ^ import com.acme.util Tool T1 import
//                                ^ import com.acme.util Helper Helper import
import a.b.first, c.d.second
//         ^ import a.b first first import
//                    ^ import c.d second second import
import x.y.{z as w}
//          ^ import x.y z w import

/** A basket. */
@Entity(1)
 // <- reference decorate -
case class Basket[T <: Item](id: Int, private val order: Option[Order] = None)(implicit ec: Context) extends Base(id) with Runnable {
//         ^ definition class Basket
//         ^ bases Base,Runnable
//         ^ doc A basket.
//                ^ nothing
//                     ^ reference type -
//                           ^ definition field Basket.id
//                                                ^ definition field Basket.order
//                                                ^ private
//                                                ^ type Option()
//                                                              ^ reference type -
//                                                                                                           ^ reference inherit -
//                                                                                                                         ^ reference inherit -
  private val limit: Int = 10
//            ^ definition field Basket.limit
//            ^ private
  lazy val tool = new Tool(1)
//         ^ definition field Basket.tool
//         ^ type Tool()
//                    ^ reference call -
  val (p, q) = pair
//     ^ definition field Basket.p
//        ^ definition field Basket.q
  type Alias = Map[String, Order]
//     ^ definition type Basket.Alias

  override def get[U](index: Int, other: Order)(block: Int => Unit): List[T] = {
//             ^ definition method Basket.get
//             ^ type List()
//             ^ outlined
//                    ^ nothing
    val local = new Order(1)
//      ^ nothing
//      ^ hidden
    local.price
//        ^ reference read Order()
    other.pay(index)
//        ^ reference call Order()
//            ^ nothing
    val Pair(a, b) = pair
//      ^ reference type -
//           ^ nothing
//              ^ nothing
    for (item <- items; n = item.name if n.ok) { item.go }
//       ^ nothing
//               ^ reference read -
//                      ^ nothing
    items.map(x => x.go).filter(_.ok)
//            ^ nothing
//        ^ reference call items
    thing match {
      case c: Circle => c.area
//         ^ nothing
//            ^ reference type -
//                        ^ reference read Circle()
      case Point(px, py) => px
//               ^ nothing
//                          ^ nothing
      case RED => 1
//         ^ reference read -
    }
    val made = new Base { def done() = this.stop() }
//                 ^ reference call -
//                            ^ definition method Basket.get.<anonymous:30>.done
//                                          ^ reference call Basket.get.<anonymous:30>()
    call(named = index)
//       ^ nothing
    this.limit
//       ^ reference read Basket()
    super.get(1)
//        ^ reference call Basket()^
    def inner(z: Int) = z
//      ^ definition function Basket.get.inner
    inner(index)
//  ^ nothing
  }

  def noBody: Int
//    ^ definition method Basket.noBody
//    ^ type Int()
}

object Basket {
//     ^ definition object Basket
  val MAX = 3
//    ^ definition field Basket.MAX
  def make() = new Basket(1)
//    ^ definition method Basket.make
}

trait Shape extends Paint with Area {
//    ^ definition trait Shape
//    ^ bases Paint,Area
  def area: Double
//    ^ definition method Shape.area
}

enum Color(n: Int):
//   ^ definition enum Color
  case Red extends Color(1)
//     ^ definition constant Color.Red
  case Green, Blue
//            ^ definition constant Color.Blue

def top(a: Int): Order = Order(a)
//  ^ definition function top
//  ^ type Order()
//                       ^ reference call -
