include common.mk
#       ^ import common.mk - - include
CC ?= gcc
# <- definition variable CC
.PHONY: all
# Builds it.
all: build test
# <- definition function all
# <- doc Builds it.
	$(CC) -o out
# ^ hidden
build/%.o: src/%.c
# <- definition function build/%.o
	@echo x
