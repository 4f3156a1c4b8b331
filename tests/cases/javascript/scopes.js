const registry = { a: 1 }
export const api = {
//           ^ definition object api
  get(key) { return this.list(key) },
  // <- definition method api.get
  //                     ^ reference call api()
  //                          ^ nothing
  list: (key) => registry[key],
  // <- definition method api.list
  //             ^ reference read -
}

function outer(a, { b, c: [d], ...rest }, e = registry, ...others) {
//             ^ nothing
//                  ^ nothing
//                         ^ nothing
//                                            ^ reference read -
  use(a, b, d, rest, e, others, c)
  //  ^ nothing
  //     ^ nothing
  //        ^ nothing
  //           ^ nothing
  //                 ^ nothing
  //                    ^ nothing
  //                            ^ reference read -
  if (a) {
    const block = 1
    var hoisted = 2
    let registry = block
    registry
    // <- nothing
  }
  use(block, hoisted, registry)
  //  ^ reference read -
  //         ^ nothing
  //                  ^ reference read -
  for (const [key, value] of Object.entries(a)) { use(key, value) }
  //          ^ nothing
  //                                                  ^ nothing
  //                                                       ^ nothing
  for (let i = 0; i < 3; i++) use(i)
  //              ^ nothing
  //                              ^ nothing
  use(i, key)
  //  ^ reference read -
  //     ^ reference read -
  try { use() } catch ({ message }) { use(message) }
  //                                      ^ nothing
  loop: while (true) { break loop }
  // <- nothing
  //                         ^ nothing
  const nested = async (x) => nested(x)
  //    ^ definition function outer.nested
  //                          ^ nothing
  return [later(), nested]
  //      ^ nothing
  function later() { return { a, missing, key: value } }
  //       ^ definition function outer.later
  //                          ^ nothing
  //                             ^ reference read -
  //                                      ^ nothing
  //                                           ^ reference read -
}

const session = open()
session.user.name
//      ^ reference read session
//           ^ reference read session.user
function talk() {
  const client = new Client(), found = client.find().first
  client?.send()
  //      ^ reference call Client()
  found.go()
  //    ^ reference call Client().find().first
  unknown()[0].stop()
  //           ^ reference call unknown().[0]
  function factory() { return this.state }
}

(function () {
  function wrapped() {}
  //       ^ definition function wrapped
})()

describe('a suite', () => {
// <- outlined
  it('does', () => {
  // <- outlined
    const helper = () => 1
    //    ^ nothing
    helper()
    // <- nothing
    // <- hidden
  })
})
