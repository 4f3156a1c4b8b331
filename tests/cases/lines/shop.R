source("helpers.R")
#       ^ import helpers.R - - include
# Adds.
total <- function(items) {
# <- definition function total
# <- doc Adds.
  sum(items)
}
