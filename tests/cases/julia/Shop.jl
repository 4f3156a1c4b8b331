module Shop
#      ^ definition module Shop
#      ^ outlined

using Dates: Date, now as current
#            ^ import Dates Date Date import
#                  ^ import Dates now current import
using Tables, ..Outer
#     ^ import Tables - Tables import
#             ^ import ..Outer * - import
import .Prices.Price
#      ^ import .Prices.Price - Price import
import Base: show, @kwdef
#            ^ import Base show show import
#                  ^ import Base @kwdef @kwdef import
export Order, pay!
#      ^ nothing
include("prices.jl")
#       ^ import prices.jl - - include
include(joinpath(@__DIR__, "more", "tax.jl"))
#       ^ import more/tax.jl - - include

"""
    Order(price)

An order of a shop.
"""
@kwdef mutable struct Order{T<:Real} <: Item{T}
#                     ^ definition struct Shop.Order
#                     ^ bases Item
#                     ^ doc Order(price)
#                     ^ outlined
#                           ^ nothing
#                              ^ reference read -
#                                       ^ reference inherit -
    "What it costs."
    price::Price = Price(1)
#   ^ definition field Shop.Order.price
#   ^ type Price()
#   ^ doc What it costs.
#          ^ reference type -
#                  ^ reference call -
    items::Vector{Item}
#   ^ definition field Shop.Order.items
#   ^ type {Vector()|[Item()]}
#                 ^ reference type -
    note::Union{Nothing,Note}
#   ^ type Note()
    const code::Int
#         ^ definition field Shop.Order.code
    other
#   ^ definition field Shop.Order.other
    Order(x) = new{Int}(x)
#   ^ definition method Shop.Order.Order
#              ^ nothing
end

abstract type Item{T} <: Any end
#             ^ definition interface Shop.Item
primitive type Tiny 8 end
#              ^ definition type Shop.Tiny

const LIMIT = 3
#     ^ definition constant Shop.LIMIT
const LOW, HIGH = 1, 2
#     ^ definition constant Shop.LOW
#          ^ definition constant Shop.HIGH
const Prices{T} = Vector{T}
#     ^ definition constant Shop.Prices
current_order = Order(1)
# <- definition variable Shop.current_order
#               ^ reference call -
@enum State open closed=2
#     ^ definition enum Shop.State
#           ^ definition constant Shop.State.open

"Pays an order."
function pay!(order::Order{T}, rest::Item...; by::Date=current(), kw...)::Price where {T<:Real}
#        ^ definition function Shop.pay!
#        ^ type Price()
#        ^ doc Pays an order.
#        ^ outlined
#             ^ nothing
#                    ^ reference type -
#                          ^ nothing
#                              ^ nothing
#                                             ^ nothing
#                                                      ^ reference call -
#                                                                 ^ nothing
#                                                                         ^ reference type -
    sum = order.price
#   ^ nothing
#   ^ hidden
#               ^ reference read Order()
    low, high = bounds(sum)
#   ^ nothing
#        ^ nothing
#               ^ reference call -
#                      ^ nothing
    made = Order(1)
    made.items[1].go
#        ^ reference read Order()
#                 ^ reference read Order().items.[]
    for (name, item) in pairs(rest), index in 1:LIMIT
#        ^ nothing
#              ^ nothing
#                                    ^ nothing
#                                               ^ reference read -
        item.go(index)
#            ^ reference call ?
    end
    for item in order.items; item.go; end
#                                 ^ reference read Order().items.[of]
    map(x -> x.price, rest)
#       ^ nothing
#              ^ reference read ?
    map(rest) do (x, y)
#                 ^ nothing
        x + y
#       ^ nothing
    end
    costs = [one.price for one in rest if one.open]
#            ^ nothing
#                          ^ nothing
    sums = sum(one.price for one in rest)
#              ^ nothing
    let extra = 1; extra + LIMIT; end
#       ^ nothing
#                          ^ reference read -
    try
        check(order)
    catch issue
        issue.text
#       ^ nothing
    end
    global LEFT = 1
    @debug "paid $(order.price) $sum" order
#   ^ reference call -
#                        ^ reference read Order()
#                                ^ nothing
    inner(z) = z + kw
#   ^ definition function Shop.pay!.inner
#         ^ nothing
#                  ^ nothing
    inner(by)
#   ^ reference call -
    f(order; by=sum, price)
#            ^ nothing
#                    ^ reference read -
    Dates.format(:symbol, by)
#         ^ reference call Dates
#                 ^ nothing
    return Prices.round.(costs)
#                 ^ reference call Prices
end

total(order::Order, tax = 1) = order.price * tax
# <- definition function Shop.total
#                                    ^ reference read Order()
#                                            ^ nothing
@inline half(x)::Int = x
#       ^ definition function Shop.half
#       ^ type Int()
#                      ^ nothing
Base.show(io::IO, order::Order) = print(io, order.price)
#    ^ definition method Shop.Base.show
#                                                 ^ reference read Order()
function Base.length(order::Order)
#             ^ definition method Shop.Base.length
end
(order::Order)(x) = order.price
#       ^ definition method Shop.Order.Order
#                         ^ reference read Order()
function later end
#        ^ definition function Shop.later
macro twice(code)
#     ^ definition macro Shop.@twice
#           ^ nothing
    esc(code)
end
@twice pay!(x)
# <- reference call -
#      ^ reference call -

module Inner
#      ^ definition module Shop.Inner
deep() = 1
# <- definition function Shop.Inner.deep
end

end
