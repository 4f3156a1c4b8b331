package com.acme.shop

import com.acme.model.Order
//                    ^ import com.acme.model Order Order import
import com.acme.model.Price as Cost
//                    ^ import com.acme.model Price Cost import
import com.acme.util.*
//     ^ import com.acme.util * - import

/** A basket of orders. */
@Entity("basket")
 // <- reference decorate -
data class Basket<T : Item>(val id: Int, private var order: Order? = null, plain: T) : Base(id), Runnable, Map.Entry<T, Cost> {
//         ^ definition class Basket
//         ^ bases Base,Runnable,Map.Entry
//         ^ doc A basket of orders.
//         ^ outlined
//                ^ nothing
//                    ^ reference type -
//                              ^ definition field Basket.id
//                              ^ type Int()
//                                                   ^ definition field Basket.order
//                                                   ^ private
//                                                   ^ type Order()
//                                                                         ^ nothing
//                                                                                     ^ reference inherit -
//                                                                                               ^ reference inherit -
//                                                                                                                      ^ reference type -
    private val limit: Int = 10
//              ^ definition field Basket.limit
//              ^ private
    val made = Order(1)
//      ^ definition field Basket.made
//      ^ type Order()
//             ^ reference call -
    var name: String = ""
//      ^ definition field Basket.name
        get() = field.trim()
//              ^ nothing
//                    ^ reference call field
        set(value) { field = value }
//          ^ nothing
//                           ^ nothing

    init {
        val q = limit
//          ^ nothing
//              ^ reference read -
        register(q)
//      ^ reference call -
//               ^ nothing
    }

    constructor(text: String) : this(text.length)
//  ^ definition method Basket.constructor
//              ^ nothing

    companion object {
        const val MAX = 3
//                ^ definition field Basket.MAX
        fun make(): Basket = Basket(1)
//          ^ definition method Basket.make
//          ^ type Basket()
    }

    override fun <U : Order> get(index: Int, other: U, block: (Int) -> Unit): List<T>? {
//                           ^ definition method Basket.get
//                           ^ type List()
//                           ^ outlined
//                               ^ nothing
//                ^ nothing
        val local = Order(1)
//          ^ nothing
//          ^ hidden
        local.price()
//            ^ reference call Order()
        other.price()
//            ^ reference call Order()
        order?.customer?.name
//             ^ reference read Basket.order
//                       ^ reference read Basket.order.customer
        val (a, b) = pair
//           ^ nothing
//              ^ nothing
//                   ^ reference read -
        for (item in items) { item.go() }
//           ^ nothing
//                   ^ reference read -
//                                 ^ reference call items.[of]
        try { } catch (e: Failure) { e.print() }
//                     ^ nothing
//                        ^ reference type -
//                                     ^ reference call Failure()
        items.map { it.name }.filter { n -> n.ok }
//            ^ reference call items
//                  ^ nothing
//                                     ^ nothing
        val made = object : Base(1), Listener {
//                          ^ reference inherit -
            override fun done() { this.stop() }
//                       ^ definition method Basket.get.<anonymous:37>.done
//                                     ^ reference call Basket.get.<anonymous:37>()
        }
        call(named = index)
//           ^ nothing
        (block as Order).price()
//                       ^ reference call Order()
        return super.get(1)
//                   ^ reference call Basket()^
    }

    inner class In
//              ^ definition class Basket.In
}

enum class Color(val code: Int) : Paint {
//         ^ definition enum Color
//         ^ bases Paint
    RED(1) {
//  ^ definition constant Color.RED
//  ^ type Color()
        override fun shade() = 1
    },
    GREEN;

    fun mix() {}
//      ^ definition method Color.mix
}

fun String.shout(times: Int): String = this.uppercase()
//         ^ definition function shout
//         ^ type String()

fun <T> List<T>.second(): T = this[1]
//              ^ definition function second

private fun hidden(): Order = Order(1)
//          ^ private

fun `with-dash`() = hidden().price()
//  ^ definition function with-dash
//                           ^ reference call hidden()

const val TOP = 1
//        ^ definition variable TOP

object Single : Base(1) {
//     ^ definition object Single
//     ^ bases Base
    fun run() {}
//      ^ definition method Single.run
}

sealed interface Shape {
//               ^ definition interface Shape
    fun area(): Double
//      ^ definition method Shape.area
}

typealias Names = Map<String, Order>
//        ^ definition type Names
