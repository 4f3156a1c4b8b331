terraform {
  source = "../../modules//net"
#           ^ import ../../modules//net - - include
}
dependency "vpc" {
#           ^ definition section dependency.vpc
  config_path = "../vpc"
#                ^ import ../vpc - - include
}
inputs = {
# <- definition key inputs
  vpc_id = dependency.vpc.outputs.id
# ^ reference keyword inputs
#          ^ nothing
#                     ^ reference read dependency
}
include "root" {
  path = find_in_parent_folders("root.hcl")
#                                ^ import .../root.hcl - - include
}
locals {
  env = read_terragrunt_config(find_in_parent_folders("env.hcl"))
#                                                      ^ import .../env.hcl - - include
  far = "${dirname(find_in_parent_folders("x.hcl"))}/y.hcl"
#                                          ^ nothing
}
