require 'json'
# <- nothing
#       ^ import json - - require
require_relative "lib/foo"
#                ^ import ./lib/foo - - require
load 'x.rb'
#    ^ import x.rb - - include
autoload :Baz, 'acme/baz'
#              ^ import acme/baz Baz - require

module Acme
#      ^ definition module Acme
  module Shop::Deep
#        ^ definition module Acme.Shop.Deep
#              ^ nothing
    LIMIT = 10
#   ^ definition constant Acme.Shop.Deep.LIMIT
    # A basket of things.
    class Basket < Acme::Base
#         ^ definition class Acme.Shop.Deep.Basket
#         ^ bases Acme.Base,Comparable,Acme.Log
#         ^ doc A basket of things.
#         ^ outlined
#                        ^ reference inherit Acme
      include Comparable, Acme::Log
#             ^ reference inherit -
#                               ^ reference inherit Acme
#     ^ nothing
      attr_accessor :name, :order
#                   ^ definition field Acme.Shop.Deep.Basket.name
#                          ^ definition field Acme.Shop.Deep.Basket.order
      MAX = Foo.new(1)
#     ^ definition constant Acme.Shop.Deep.Basket.MAX
#     ^ type Foo()

      def initialize(order, *rest, key:, opt: LIMIT, **kw, &block)
#         ^ definition method Acme.Shop.Deep.Basket.initialize
#         ^ outlined
#                    ^ nothing
#                            ^ nothing
#                                             ^ reference read -
        super(order)
#             ^ nothing
        @order = order
#       ^ definition field Acme.Shop.Deep.Basket.@order
        @service = Service.new
#       ^ definition field Acme.Shop.Deep.Basket.@service
#       ^ type Service()
#                  ^ reference read -
#                          ^ nothing
        self.name = "x #{order.title}"
#            ^ reference call Acme.Shop.Deep.Basket()
#                        ^ nothing
#                              ^ reference call ?
      end

      def self.make(a = 1) = new(a)
#              ^ definition method Acme.Shop.Deep.Basket.make

      def get(index)
#         ^ definition method Acme.Shop.Deep.Basket.get
        local = Foo.new(1)
#       ^ nothing
        local.go.stop
#             ^ reference call Foo()
#                ^ reference call Foo().go()
        orders.each { |o, (p, q)| o.name }
#       ^ reference read -
#                      ^ nothing
#                          ^ nothing
        rescue_me rescue nil
#       ^ reference read -
        begin
          go(index)
#         ^ reference call -
#            ^ nothing
        rescue Failure => e
#              ^ reference read -
#                         ^ nothing
          e.print
#           ^ reference call Failure()
        end
        f = ->(x, y = 1) { x.go(y) }
#                          ^ nothing
#                               ^ nothing
        @service.run
#                ^ reference call Acme.Shop.Deep.Basket().@service
        Foo::Bar.new.go
#       ^ reference read -
#            ^ reference read Foo
#                    ^ reference call Foo.Bar()
        local
#       ^ nothing
      end

      class << self
        def build; end
#           ^ definition method Acme.Shop.Deep.Basket.build
      end

      Point = Struct.new(:x, :y) do
#     ^ definition class Acme.Shop.Deep.Basket.Point
#     ^ bases Struct
        def size; end
#           ^ definition method Acme.Shop.Deep.Basket.Point.size
      end

      define_method(:dynamic) { |q| q }
#                   ^ definition method Acme.Shop.Deep.Basket.dynamic
    end
  end
end

def top(a)
#   ^ definition function top
  a
# ^ nothing
end
