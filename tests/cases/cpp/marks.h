#pragma once
class SHOP_EXPORT Order final : public Base {
//    ^ reference read -
//                ^ definition class Order
//                ^ bases Base
 public:
  int total() const SHOP_NOEXCEPT;
  //  ^ definition method Order.total
  //                ^ reference read -
  void pay() EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  //   ^ definition method Order.pay
  //         ^ reference read -
  bool open() const LOCKS_EXCLUDED(mutex_) override;
  //   ^ definition method Order.open
 private:
  Mutex mutex_;
  Line* lines_ GUARDED_BY(mutex_);
  //    ^ definition field Order.lines_
  //    ^ type Line()
  int count_ GUARDED_BY(mutex_) = 0;
  //  ^ definition field Order.count_
};

class LOCKABLE Mutex {
//             ^ definition class Mutex
};
struct SHOP_API Later;

SHOP_NODISCARD SHOP_INLINE int twice(int x);
//             ^ reference read -
//                             ^ definition function twice
SHOP_INLINE Order::Order(int id) : count_(id), lines_(nullptr) {}
//                 ^ definition method Order.Order
//                                 ^ reference read -
template <typename T> SHOP_CONSTEXPR auto half(T x) -> T { return x | MODE_PUBLIC; }
//                                        ^ definition function half
//                                                                    ^ reference read -
SHOP_API_ std::vector<Line> lines_of(
// <- reference read -
//                          ^ definition function lines_of
    const Order& order);
enum Mode { MODE_INLINE, MODE_PUBLIC };
//          ^ definition constant Mode.MODE_INLINE
inline int run(int x) {
  if (x) CHECK_ALL(x);
  //     ^ reference call -
  else RELEASE(x);
  //   ^ reference call -
  //           ^ nothing
  return x;
}
