package shop.core
import shop.model.Order
//     ^ import shop.model Order Order import
import shop.model.*
//     ^ import shop.model * - import
import static shop.Tools.round as tidy
//            ^ import shop.Tools round tidy import

/** What is bought. */
class Basket extends Base implements Comparable<Basket>, Priced {
//    ^ definition class Basket
//    ^ bases Base,Comparable,Priced
//    ^ doc What is bought.
//                   ^ reference inherit -
// <- outlined
    private final Order first
//                ^ reference type -
    def add(Order order, int count = 1) {
//      ^ definition method Basket.add
//          ^ reference type -
//                ^ nothing
// <- outlined
        Order copy = new Order(count)
//                       ^ reference type -
        copy.close()
//      ^ nothing
//           ^ reference call Order()
        first.total.round()
//            ^ reference read Order()
//                  ^ reference call Order().total
        this.drop(order)
//           ^ reference call Basket()
        drop(order)
//      ^ reference call -
// <- hidden
        Order.LIMIT.apply { it.run() }
//            ^ reference read Order
//                             ^ nothing
        println "Order ${order.close()} // Order"
//               ^ nothing
        return [Price: count]
    }
    void drop(order) { def local = { it }; local(order); order.close() }
//       ^ definition method Basket.drop
//                                         ^ nothing
//                                                             ^ nothing
    enum State { OPEN }
//       ^ definition enum Basket.State
    def "finds one"() {
// <- outlined
    }
}
trait Priced { }
//    ^ definition interface Priced
