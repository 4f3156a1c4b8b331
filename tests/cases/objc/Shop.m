#import "Shop.h"
//      ^ import Shop.h - - include
#import <Kit/Kit.h>
//      ^ import <Kit/Kit.h> - - include
@import Foundation;
// <- nothing
@class Order;
//     ^ nothing
NS_ASSUME_NONNULL_BEGIN

FOUNDATION_EXPORT NSString * const ShopName;
//                                 ^ definition variable ShopName
typedef NS_ENUM(NSInteger, State) {
//                         ^ definition enum State
    StateOpen,
//  ^ definition constant State.StateOpen
    StateClosed API_AVAILABLE(ios(10)),
//  ^ definition constant State.StateClosed
};
typedef void (^Done)(Order *order, NSError * _Nullable error);
//             ^ definition type Done
//                          ^ nothing

/// What has a price.
@protocol Priced <NSObject>
//        ^ definition interface Priced
//        ^ bases NSObject
//        ^ doc What has a price.
//                ^ reference inherit -
@required
- (NSNumber *)priceOf:(Order *)order in:(NSString *)currency;
//            ^ definition method Priced.priceOf:in:
//            ^ type NSNumber()
//                     ^ reference type -
//                             ^ nothing
// <- outlined
@end

@interface Basket<__covariant T> : NSObject <Priced, NSCopying> {
//         ^ definition class Basket
//         ^ bases NSObject,Priced,NSCopying
//                                 ^ reference inherit -
    Order *_first;
//         ^ definition field Basket._first
//         ^ type Order()
}
@property (nonatomic, strong, nullable) Order *last NS_AVAILABLE_IOS(6_0);
//                                             ^ definition field Basket.last
//                                             ^ type Order()
@property (nonatomic, weak) id<Priced> prices;
//                                     ^ definition field Basket.prices
//                                     ^ type Priced()
+ (instancetype)basket;
//              ^ definition method Basket.basket
//              ^ type Self()
- (nullable Order *)find:(NSString *)name
//                  ^ definition method Basket.find:then:
//                  ^ type Order()
                    then:(nullable void (^)(Order * _Nullable))then NS_SWIFT_NAME(find(_:then:));
- (void)log:(NSString *)format, ... NS_FORMAT_FUNCTION(1,2);
//      ^ definition method Basket.log:
@end

@interface Basket ()
//         ^ definition impl Basket
@property Order *hidden;
//               ^ definition field Basket.hidden
@end

static NSInteger sum(NSInteger a) { return a; }
//               ^ definition function sum
//               ^ private
//                                         ^ nothing

@implementation Basket
//              ^ definition impl Basket
@synthesize last = _last;

static void helper(Order *order) { [order close]; }
//          ^ definition function helper
//                                        ^ reference call Order()

+ (instancetype)basket { return [[self alloc] init]; }
//              ^ definition method Basket.basket
//                                     ^ reference call Basket()
//                                            ^ reference call Basket()

// Finds one.
- (nullable Order *)find:(NSString *)name then:(void (^)(Order *))then {
//                  ^ definition method Basket.find:then:
//                  ^ doc Finds one.
//                                   ^ nothing
//                                                                ^ nothing
    Order *order = [[Order alloc] initWithName:name price:2];
//  ^ reference type -
//         ^ nothing
//                   ^ reference read -
//                         ^ reference call Order
//                                ^ reference call Order()
//                                             ^ nothing
//                                                  ^ nothing
// <- hidden
    [order add:@"x" to:self];
//   ^ nothing
//         ^ reference call Order()
    self.last.name = @"y";
//       ^ reference read Basket()
//            ^ reference read Basket().last
    [[self.last parent] close];
//              ^ reference call Basket().last
//                      ^ reference call Basket().last.parent()
    [super find:name then:nil];
//         ^ reference call Basket()^
//                        ^ nothing
    _first = order;
//  ^ reference read Basket()
    [Basket.shared close];
//          ^ reference read Basket
    helper(order);
//  ^ reference call -
    Done done = ^(Order *each, NSError *error) { [each close]; };
//       ^ nothing
//                                                     ^ reference call Order()
    for (Order *one in self.all) { [one close]; }
//              ^ nothing
//                                      ^ reference call Order()
    @try { sum(1); } @catch (NSException *failure) { [failure raise]; }
//                                                            ^ reference call NSException()
    if ([order isKindOfClass:[Basket class]] && limit > StateOpen) { return nil; }
//                            ^ reference read -
//                                              ^ reference read -
//                                                      ^ reference read -
    SEL selector = @selector(add:to:);
//                           ^ nothing
    return order;
}
@end

@implementation NSString (Prices)
//              ^ definition impl NSString
//                        ^ nothing
- (Order *)asOrder { return nil; }
//         ^ definition method NSString.asOrder
@end
NS_ASSUME_NONNULL_END
