#!/usr/bin/env bash
set -euo pipefail
# <- nothing
source ./lib.sh
#      ^ import ./lib.sh - - include
. "$(dirname "$0")/common.sh"
# ^ import ./common.sh - - include
source "${BASH_SOURCE%/*}/near.sh"
#      ^ import ./near.sh - - include
source "${LIB}/log.sh" arg
#      ^ import ${LIB}/log.sh - - include
#         ^ reference read -
. $HOME/.profile
# ^ import $HOME/.profile - - include

# How many.
LIMIT=10
# <- definition variable LIMIT
# <- doc How many.
# <- outlined
readonly MAX=3
#        ^ definition variable MAX
export WHERE="$HOME/bin"
#      ^ definition variable WHERE
#              ^ reference read -

# Greets someone.
greet() {
# <- definition function greet
# <- doc Greets someone.
# <- outlined
  local name="$1" other
#       ^ nothing
#                 ^ nothing
#              ^ nothing
  local -r title=$(get_title "$name")
#          ^ nothing
#                  ^ reference call -
#                              ^ nothing
#                              ^ hidden
  for file in *.txt; do show "$file"; done
#     ^ nothing
#                       ^ reference call -
#                              ^ nothing
  if [[ -n "$LIMIT" ]]; then log::info "hi ${name:-x}"; fi
#            ^ reference read -
#                            ^ reference call -
#                                            ^ nothing
  trap cleanup EXIT
#      ^ reference read -
}

function log::info { echo "$@" | filter; }
#        ^ definition function log::info
#                    ^ nothing
#                                ^ reference call -

bash ./other.sh
#    ^ import ./other.sh - - dynamic
bash -x scripts/more.sh
#       ^ import scripts/more.sh - - dynamic
./run_all.sh --fast
# <- import ./run_all.sh - - dynamic
greet world && log::info done
# <- reference call -
#              ^ reference call -
