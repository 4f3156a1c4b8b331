defmodule Shop.Cart do
#         ^ definition module Shop.Cart
  def total(items) do
  #   ^ definition function Shop.Cart.total
    Enum.sum(items)
    # <- hidden
  end
  defp add(a, b), do: a + b
  #    ^ definition function Shop.Cart.add
end
