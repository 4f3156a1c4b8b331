import { Injectable, Base, type Store } from './base'
import * as ns from './ns'

/** Keeps orders. */
@Injectable({ scope: 'root' })
#^ reference decorate -
export abstract class Orders<T extends Store> extends Base<T> implements ns.Closable, Iterable<T> {
//                    ^ definition class Orders
//                    ^ doc Keeps orders.
//                    ^ bases Base,ns.Closable,Iterable
//                           ^ nothing
//                                                    ^ reference inherit -
//                                                         ^ nothing
//                                                                          ^ reference inherit ns
//                                                                                    ^ reference inherit -
  private readonly store?: Store | null
  //               ^ definition field Orders.store
  //               ^ type Store()
  //               ^ private
  static shared = new Orders()
  //     ^ definition field Orders.shared
  //     ^ type Orders()
  #hidden: ns.Hidden<T>[] = []
  // <- definition field Orders.#hidden
  // <- type [ns.Hidden()]
  //          ^ reference type ns
  constructor(private readonly client: Client, plain: T, @Inject(TOKEN) readonly token = 1) {
  //                           ^ definition field Orders.client
  //                           ^ type Client()
  //                                           ^ nothing
  //                                                      ^ reference decorate -
  //                                                                             ^ definition field Orders.token
    super()
    plain.save()
    //    ^ reference call Store()
  }
  find(id: string): Order
  // <- definition method Orders.find
  find(id: number): Order
  // <- definition method Orders.find
  find(id: any): Order { return this.client.orders.get(id) }
  // <- definition method Orders.find
  // <- type Order()
  //                                 ^ reference read Orders()
  //                                        ^ reference read Orders().client
  //                                               ^ reference call Orders().client.orders
  @Log() async load<K extends keyof T>(key: K): Promise<Order | undefined> {
  //           ^ definition method Orders.load
  //           ^ type Order()
  //                                        ^ nothing
 //^ reference decorate -
    const order: Order = await this.find(1)
    //    ^ nothing
    order.total
    //    ^ reference read Order()
    const lines = order.lines!
    lines.map((line) => line.price)
    //    ^ reference call Order().lines
    //                  ^ nothing
    return (order as ns.Paid).receipt()
    //                        ^ reference call ns.Paid()
  }
  protected abstract close(): void
  //                 ^ definition method Orders.close
  with(): this { return this }
  // <- type Orders()
  handle: Handler = async (c: Context) => c.text()
  // <- definition method Orders.handle
  // <- type -
  //                                        ^ reference call Context()
}

function unpack({ env, req: request }: Context, [first]: Item[]) {
//                ^ reference read Context()
//                     ^ reference read Context()
//                          ^ nothing
//                                               ^ nothing
  env.get()
  // <- nothing
  //  ^ reference call Context().env
  const { size, owner: { name }, ...rest } = request
  //      ^ reference read Context().req
  //            ^ reference read Context().req
  //                     ^ nothing
  //                                ^ nothing
  name.go(size, first, rest)
  //   ^ reference call ?
  //      ^ nothing
  for (const { key } of request) key
  //           ^ nothing
  //                             ^ nothing
}

export type Handler = (c: Context, ...rest: Item[]) => void
//          ^ definition type Handler
//          ^ type (Context(),?)
const handler: Handler = async (c, next) => c.req.go(next)
//                                            ^ reference read Handler().<0>
//                                                   ^ nothing
function make(): Handler {
  return (context) => context.req
  //                          ^ reference read Handler().<0>
}
const plain = (c) => c.req
//                     ^ reference read ?
