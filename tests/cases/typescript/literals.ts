place({ city: 'Rome', at: { x: 1 }, all: [{ y: 2 }] })
//      ^ reference read place.<0>
//                          ^ reference read place.<0>.at
//                                          ^ reference read place.<0>.all.[*]
const here: Place = { city: 'Rome' }
//                    ^ reference read Place()
const there = { city: 'Rome' }
//              ^ nothing
run((job, n) => { job.stop() })
//                    ^ reference call run.<0>.<0>
load().then((page) => page.show())
//                         ^ reference call load()
it('hides', () => {
  type Place = { city: string }
  function place() {}
  place()
  // <- nothing
  const p: Place = { city: 'Rome' }
  //       ^ nothing
  p.city
  //^ reference read ?
})
