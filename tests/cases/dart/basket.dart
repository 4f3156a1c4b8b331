library acme.shop;
import 'dart:async';
//     ^ import dart:async * - import
import 'package:acme/order.dart' as orders;
//     ^ import package:acme/order.dart - orders import
import '../price.dart' show Price, Money hide Cent;
//                          ^ import ../price.dart Price Price import
//                                 ^ import ../price.dart Money Money import
import 'web.dart' if (dart.library.io) 'io.dart';
//     ^ import web.dart * - import
export 'src/shelf.dart';
//     ^ import src/shelf.dart * - reexport
part 'basket.g.dart';
//   ^ import basket.g.dart - - include

/// A basket of orders.
@immutable
 // <- reference decorate -
abstract class Basket<T extends Item> extends Base<T> with Counted, Named implements Shelf {
//             ^ definition class Basket
//             ^ bases Base,Counted,Named,Shelf
//             ^ doc A basket of orders.
//             ^ outlined
//                    ^ nothing
//                              ^ reference type -
//                                            ^ reference inherit -
//                                                         ^ reference inherit -
//                                                                                   ^ reference inherit -
  /// How many.
  @override
  final int count;
//          ^ definition field Basket.count
//          ^ type int()
//          ^ doc How many.
  static const Price zero = Price();
//                   ^ definition field Basket.zero
//                   ^ type Price()
//                          ^ reference call -
  final List<orders.Order> all = [], other = [];
//                         ^ definition field Basket.all
//                         ^ type {List()|[orders.Order()]}
//                  ^ reference type orders
//                                   ^ definition field Basket.other
  var _made = Price(), _named = orders.Order.of(1);
//    ^ definition field Basket._made
//    ^ type Price()
//    ^ private
//                     ^ type orders.Order.of()

  Basket(this.count, {required Price price, super.key, int least = 1}) : _made = price, assert(least > 0);
//^ definition method Basket.Basket
//            ^ nothing
//                                   ^ nothing
//                                                         ^ nothing
//                                                                               ^ nothing
//                                                                                             ^ nothing
  const Basket.empty() : count = 0, super.none();
//             ^ definition method Basket.empty
//             ^ type Basket()
//                                        ^ reference call Basket()^
  factory Basket.of(Price price) => _make(price);
//               ^ definition method Basket.of
//               ^ type Basket()
//                                  ^ reference call -
//                                        ^ nothing
  const factory Basket.sealed() = Locked;
//                     ^ definition method Basket.sealed
//                                ^ reference type -

  Price get total => all.first.price;
//          ^ definition field Basket.total
//          ^ type Price()
//                             ^ reference read all.first
  set limit(int value) { count.set(value); }
//    ^ definition field Basket.limit
//              ^ nothing
//                                 ^ nothing

  @override
  Future<Price?> add<U extends Shelf>(orders.Order one, {Price? least, U? shelf, void then(int n)?}) async {
//               ^ definition method Basket.add
//               ^ type Price()
//               ^ outlined
//                                                 ^ nothing
    one.pay();
//      ^ reference call orders.Order()
    final sum = await one.total();
//        ^ nothing
//        ^ hidden
//                        ^ reference call orders.Order()
    shelf?.put(one);
//         ^ reference call Shelf()
    Price best = least!, worst;
//        ^ nothing
//                       ^ nothing
    best.round();
//       ^ reference call Price()
    for (final item in all) { item.go(); }
//             ^ nothing
//                                 ^ reference call all.[of]
    for (var i = 0; i < 3; i++) { print(i); }
//           ^ nothing
    all.map((one) => one.price).forEach((price) { price.round(); });
//           ^ nothing
//                       ^ reference read all.[of]
    all..add(one)..remove(one);
//       ^ reference call all
//                 ^ reference call all
    try { go(); } on Failure catch (error, stack) { error.show(); } catch (other) { other.show(); }
//                                  ^ nothing
//                                         ^ nothing
//                                                        ^ reference call Failure()
//                                                                         ^ nothing
    switch (one) {
      case Paid(:var day, price: final cost): cost.round();
//                   ^ nothing
//                        ^ nothing
//                                     ^ nothing
      case State.open: break;
//               ^ reference read State
    }
    final (low, high) = pair();
//         ^ nothing
//              ^ nothing
    if (sum is Money) sum.spend();
//                        ^ reference call Money()
    if (sum is! Money) sum.spend();
//                         ^ reference call orders.Order().total()
    (sum as Money).spend();
//                 ^ reference call Money()
    final made = Money(1)..tax.rate = 2;
//                         ^ reference read Money()
//                             ^ reference read Money().tax
    made.spend();
//       ^ reference call Money()
    const Price.of(amount: 1);
//              ^ reference call Price
//                 ^ nothing
    context.read<Money>().spend();
//                        ^ reference call context.read()
    all[0].pay();
//         ^ reference call all.[]
    void inner(int depth) => inner(depth);
//       ^ definition function Basket.add.inner
//                           ^ nothing
//                                 ^ nothing
    print('$count ${one.name} $sum');
//          ^ reference read -
//                      ^ reference read orders.Order()
//                             ^ nothing
    return super.add(one);
//               ^ reference call Basket()^
  }

  external void outside();
//              ^ definition method Basket.outside
}

mixin Counted on Base implements Named { int get size => 0; }
//    ^ definition class Counted
//    ^ bases Base,Named
//                                               ^ definition field Counted.size
extension Priced on List<Price> { Price sum() => first; }
//        ^ definition class Priced
//        ^ bases List
//                                      ^ definition method Priced.sum
extension on String { void shout() {} }
//           ^ definition impl String
enum State with Named { open(1), closed; final int code; const State([this.code = 0]); }
//   ^ definition enum State
//                      ^ definition constant State.open
//                               ^ definition constant State.closed
//                                                 ^ definition field State.code
typedef Made<T> = T Function(int amount);
//      ^ definition type Made
//                               ^ nothing
Price make(int amount) => Price.of(amount);
//    ^ definition function make
//    ^ type Price()
//                              ^ reference call Price
const limit = 3, _hidden = 4;
//    ^ definition constant limit
//               ^ private
List<Price> prices = [];
//          ^ definition variable prices
//          ^ type {List()|[Price()]}
