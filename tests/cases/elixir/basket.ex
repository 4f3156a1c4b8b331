defmodule Shop.Basket do
#         ^ definition module Shop.Basket
#         ^ doc A basket.
#         ^ bases Shop.Holder
#         ^ outlined
  @moduledoc """
# ^ outlined
#  ^ nothing
  A basket.
# ^ outlined

  It holds orders.
# ^ hidden
  """
  use Ecto.Schema
#     ^ import Ecto.Schema - - include
# ^ outlined
# ^ nothing
  use ShopWeb, :controller
#     ^ import ShopWeb controller - include
  alias Shop.{Order, Price}
#             ^ import Shop.Order - Order import
#                    ^ import Shop.Price - Price import
#             ^ nothing
  alias Shop.Deep, as: D
#       ^ import Shop.Deep - D import
  alias __MODULE__.Inner
#       ^ import __MODULE__.Inner - Inner import
  import Ecto.Query, only: [from: 2, where: 3]
#        ^ import Ecto.Query from from import
#        ^ import Ecto.Query where where import
  import Shop.Help
#        ^ import Shop.Help * - import
  require Logger
#         ^ import Logger - - require
  @behaviour Shop.Holder
#                 ^ reference inherit Shop
#  ^ nothing
  @limit 10
#  ^ definition constant Shop.Basket.@limit
#  ^ outlined
  @type t(a) :: %__MODULE__{a: Order.t(), b: list(a)}
#       ^ definition type Shop.Basket.t
#                 ^ nothing
#                              ^ reference read -
#                                    ^ reference type Order
#                                            ^ reference type -
  @callback hold(t, any) :: {:ok, t}
#           ^ definition type Shop.Basket.hold
#                                 ^ reference type -
  embedded_schema do
    field :name, :string
#         ^ definition field Shop.Basket.name
    belongs_to :order, Order
#              ^ definition field Shop.Basket.order
  end

  @doc "Adds an order."
  @spec add(t, integer()) :: t
#       ^ nothing
#           ^ reference type -
#              ^ reference type -
# ^ outlined
  def add(%__MODULE__{a: a} = basket, order \\ %Order{}) when is_map(a) do
#     ^ definition function Shop.Basket.add
#     ^ doc Adds an order.
#     ^ outlined
#                        ^ nothing
#                             ^ nothing
#                                               ^ reference read -
    x = Order.price(order)
#   ^ nothing
#       ^ reference read -
#             ^ reference call Order
#                   ^ nothing
    {:ok, y} = D.go(x, @limit)
#              ^ reference read -
#                ^ reference call D
#                       ^ reference read -
    Enum.map(y, fn z -> z.name + helper(z) end)
#                  ^ nothing
#                       ^ nothing
#                         ^ reference call ?
#                                ^ reference call -
    basket |> Shop.Price.sum() |> helper()
#   ^ nothing
#                  ^ reference read Shop
#                        ^ reference call Shop.Price
#                                 ^ reference call -
    Enum.map(y, &helper/1)
#                ^ reference call -
    case x do
      [h | t] when h > @limit -> "a #{one(h)}"
#      ^ nothing
#                       ^ reference read -
#                                     ^ reference call -
      ^y -> :erlang.foo(1).bar
#      ^ nothing
#                   ^ reference call ?
    end
    ~H"""
    <.button kind="a"><Shop.Icons.cart /></.button>
#     ^ reference call -
#                                 ^ reference call Shop.Icons
    """
  end

  defp helper(z), do: z
#      ^ definition function Shop.Basket.helper
#      ^ private
  defmacro m(x) do
#          ^ definition macro Shop.Basket.m
    quote do: unquote(x)
  end
  defguard is_x(a) when a > 1
#          ^ definition macro Shop.Basket.is_x
  attr :kind, :string
# ^ outlined
  @impl true
#  ^ nothing
  def hold(_, _), do: nil
#     ^ definition function Shop.Basket.hold
  defdelegate size(basket), to: Order, as: :count
#             ^ definition function Shop.Basket.size
#             ^ reference call Order
  defmodule Inner do
#           ^ definition module Shop.Basket.Inner
    def go, do: :ok
#       ^ definition function Shop.Basket.Inner.go
  end
end

defprotocol Sized do
#           ^ definition interface Sized
  def size(value)
#     ^ definition method Sized.size
end

defimpl Sized, for: Shop.Basket do
#       ^ definition module Sized.Shop.Basket
#       ^ bases Sized
#       ^ reference inherit -
#                        ^ reference read Shop
  def size(_), do: 1
#     ^ definition function Sized.Shop.Basket.size
end

defmodule Shop.BasketTest do
  use ExUnit.Case
  describe "add/2" do
# ^ outlined
    @tag :slow
    test "returns 1.0" do
#   ^ nothing
      assert Shop.Basket.add(1) == 1.0
#                        ^ reference call Shop.Basket
    end
  end
end
