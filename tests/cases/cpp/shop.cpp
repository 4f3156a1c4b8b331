#include <vector>
//       ^ import <vector> - - include
using std::string;
//         ^ import std string string import
using namespace base;
//              ^ import base * - import
namespace short_name = base::very::lengthy;
//        ^ import base::very::lengthy - short_name import

namespace shop {
//        ^ definition module shop
using Prices = std::vector<int>;
//    ^ definition type shop.Prices
//                  ^ reference type std
enum class State : int { Open, Closed };
//         ^ definition enum shop.State
//                       ^ definition constant shop.State.Open

/// What is bought.
template <typename T, int N>
class Order final : public Base<T>, private other::Mixin {
//    ^ definition class shop.Order
//    ^ bases Base,other.Mixin
//    ^ doc What is bought.
//                         ^ reference inherit -
//                              ^ nothing
//                                                 ^ reference inherit other
 public:
  explicit Order(int id) : id_(id) {}
  //       ^ definition method shop.Order.Order
  //                 ^ nothing
  //                       ^ reference read -
  //                           ^ nothing
  virtual ~Order();
  //      ^ definition method shop.Order.~Order
  T total(int rate) const { return rate * id_ + this->fee(N); }
//  ^ definition method shop.Order.total
  //                               ^ nothing
  //                                      ^ reference read -
  //                                                  ^ reference call shop.Order()
  // <- nothing
  static Money* make(const Money& m, int n = LIMIT);
  //            ^ definition method shop.Order.make
  //            ^ type Money()
  //            ^ outlined
  //                              ^ nothing
  //                                         ^ reference read -
  bool operator==(const Order& other) const;
  //   ^ definition method shop.Order.operator==
  std::unique_ptr<Customer> customer;
  //                        ^ definition field shop.Order.customer
  //                        ^ type Customer()
  //              ^ reference type -
  struct Line { int amount; };
  //     ^ definition struct shop.Order.Line
  //                ^ definition field shop.Order.Line.amount
 private:
  int id_ = 0;
  //  ^ definition field shop.Order.id_
};

static void free_fn(int a, Order<int>* o) {
//          ^ definition function shop.free_fn
//          ^ private
//                      ^ nothing
//                         ^ reference type -
  auto made = Order<int>(1);
  //   ^ nothing
  made.total(a);
  //   ^ reference call Order()
  auto fresh = new other::Thing(2);
  fresh->run(o);
  //     ^ reference call other.Thing()
  //         ^ nothing
  for (auto& each : made.lines()) { each.go(); }
  //                     ^ reference call Order()
  //                                ^ nothing
  auto add = [&, c = 1](int q) { return q + c; };
  //                                    ^ nothing
  //                                        ^ nothing
  base::inner::call<int>(a);
  // <- reference type -
  //    ^ reference type base
  //           ^ reference read base.inner
  o->customer->greet();
  // ^ reference read Order()
  //           ^ reference call Order().customer
  auto [low, high] = bounds();
  use(low);
  //  ^ nothing
  Order<int>::make(a);
  //          ^ reference call Order
  try { run(); } catch (const base::Error& e) { e.what(); }
  //                                              ^ reference call base.Error()
}
}  // namespace shop

template <class T>
int shop::Order<T>::total(int rate) const {
//                  ^ definition method shop.Order.total
//              ^ nothing
//                            ^ nothing
  return id_ + this->fee(rate);
  //     ^ reference read -
  //                 ^ reference call shop.Order()
}
shop::Order::~Order() {}
namespace {
int hidden_fn() { return 1; }
//  ^ definition function hidden_fn
//  ^ private
}
extern "C" { int c_function(void); }
//               ^ definition function c_function
