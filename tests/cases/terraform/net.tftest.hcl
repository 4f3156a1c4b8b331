run "creates" {
#    ^ definition object run.creates
  assert {
    condition = output.name == run.first.id
#                      ^ reference read output
#                                  ^ reference read run
  }
}
