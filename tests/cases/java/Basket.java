package com.acme.shop;

import java.util.List;
//               ^ import java.util List List import
import static com.acme.Util.max;
//                          ^ import com.acme.Util max max import
import static com.acme.Util.*;
//            ^ import com.acme.Util * - import
import com.acme.model.*;
//     ^ import com.acme.model * - import
//              ^ nothing

/**
 * A basket of orders.
 *
 * @param <T> what is in it
 */
@Entity(name = "basket")
 // <- reference decorate -
//      ^ reference read Entity
public abstract class Basket<T extends Item> extends Base<T> implements Runnable, Map.Entry<T, Order> {
//                    ^ definition class Basket
//                    ^ bases Base,Runnable,Map.Entry
//                    ^ doc A basket of orders.
//                    ^ outlined
//                           ^ nothing
//                                     ^ reference type -
//                                                   ^ reference inherit -
//                                                        ^ nothing
//                                                                                    ^ reference inherit Map
//                                                                                             ^ reference type -
    private static final int LIMIT = 10, OTHER = max(1, 2);
    //                       ^ definition field Basket.LIMIT
    //                       ^ private
    //                       ^ type int()
    //                                   ^ definition field Basket.OTHER
    //                                           ^ reference call -
    protected final Map<String, Order> orders = new HashMap<>();
    //                                 ^ definition field Basket.orders
    //                                 ^ type {Map()|[String():Order()]}
    //                                              ^ reference call -
    //                          ^ reference type -
    Order[] many;
    //      ^ definition field Basket.many
    //      ^ type [Order()]
    T first;
    //^ type Item()

    /** Makes one. */
    public <U extends Order> Basket(@Nullable final Order order, U other, String... rest) throws IOException {
    //                       ^ definition method Basket.Basket
    //                       ^ doc Makes one.
    //                               ^ reference decorate -
    //                                                    ^ nothing
        this.orders = order.items();
        //   ^ reference read Basket()
        //            ^ nothing
        //                  ^ reference call Order()
        other.price();
        //    ^ reference call Order()
        super.start(rest);
        //    ^ reference call Basket()^
        //          ^ nothing
    }

    @Override
    public List<? extends T> get(int index) {
    //                       ^ definition method Basket.get
    //                       ^ type List()
    //                       ^ outlined
        var local = new Order();
        //  ^ nothing
        //              ^ reference call -
        // <- hidden
        local.name.trim();
        //    ^ reference read Order()
        //         ^ reference call Order().name
        int size = size();
        //  ^ nothing
        //         ^ reference call -
        for (Order order : orders.values()) {
        //         ^ nothing
        //                 ^ reference read -
        //                        ^ reference call orders
            order.pay().amount;
            //    ^ reference call Order()
            //          ^ reference read Order().pay()
        }
        order();
        // <- reference call -
        try (Reader in = Files.open()) {
        //          ^ nothing
            in.read();
            // ^ reference call Reader()
        } catch (IOException | Broken failure) {
            //                 ^ reference type -
            //                        ^ nothing
            failure.print();
            //      ^ reference call ?
        }
        if (thing instanceof Order found && found.paid()) {
        //                         ^ nothing
        //                                        ^ reference call Order()
            found.close();
            // <- nothing
        }
        Function<Order, Price> f = o -> o.price(local);
        //                         ^ nothing
        //                                ^ reference call ?
        //                                      ^ nothing
        register(Order::price, this::get, Order::new);
        //       ^ reference read -
        //              ^ reference call Order
        //                           ^ reference call Basket()
        ((Order) thing).close();
        //              ^ reference call Order()
        Basket.this.get(0);
        //          ^ reference call Basket()
        switch (local.state()) {
            case OPEN:
            //   ^ reference read Order().state()
                break;
        }
        outer:
        // <- nothing
        while (true) {
            break outer;
            //    ^ nothing
        }
        return new Reader() {
        //         ^ reference call -
            public int read() {
            //         ^ definition method Basket.get.<anonymous:56>.read
                return this.next() + LIMIT;
                //          ^ reference call Basket.get.<anonymous:56>()
            }
        };
    }

    class Inner {
    //    ^ definition class Basket.Inner
        void helper() {
            class Local extends Order {
            //    ^ definition class Basket.Inner.helper.Local
                void go() {
                }
            }
            Local it = new Local();
            // <- nothing
            it.go();
            // ^ reference call Basket.Inner.helper.Local()
            this.done();
            //   ^ reference call Basket.Inner()
        }
    }
}

enum Color implements Paint {
//   ^ definition enum Color
//   ^ bases Paint
    RED(1) {
    // <- definition constant Color.RED
    // <- type Color()
    // <- outlined
        int shade() {
        //  ^ definition method Color.RED.shade
            return 1;
        }
    },
    GREEN;

    private final int code = 0;
}

record Point<N>(int x, @Positive N y) implements Shape {
//     ^ definition class Point
//     ^ bases Shape
//                  ^ definition field Point.x
//                               ^ nothing
//                                 ^ definition field Point.y
//                                 ^ type -
    Point {
    // <- definition method Point.Point
        check(x);
        //    ^ reference read -
    }
}

@interface Marked {
//         ^ definition interface Marked
    String value() default "x";
    //     ^ definition method Marked.value
}

sealed interface Shape extends Paint, Area permits Point {
//               ^ bases Paint,Area
//                                                 ^ reference type -
    int SIDES = 4;
    //  ^ definition field Shape.SIDES
    double area();
    //     ^ definition method Shape.area
    //     ^ type double()
}
