# The bucket.
resource "aws_s3_bucket" "lake" {
#                         ^ definition object aws_s3_bucket.lake
#                         ^ doc The bucket.
#                         ^ outlined
  bucket = "x-${var.region}"
# ^ nothing
# ^ hidden
#               ^ nothing
#                   ^ reference read var
  tags = merge(local.tags, { Name = module.net[0].name, (each.key) = data.aws_ami.x[*].id })
#        ^ nothing
#              ^ nothing
#                    ^ reference read local
#                            ^ nothing
#                                          ^ reference read module
#                                                 ^ reference read module.net
#                                                                                 ^ reference read data.aws_ami
#                                                                                      ^ reference read data.aws_ami.x
  dynamic "rule" {
#          ^ nothing
    for_each = { for k, v in var.rules : k => v.days... if k != "" }
#                    ^ nothing
#                       ^ nothing
#                                        ^ nothing
#                                             ^ nothing
#                                               ^ reference read ?
    iterator = each_rule
#              ^ nothing
    content {
      days = each_rule.value["a"].b
#            ^ nothing
#                      ^ reference read ?
    }
  }
  dynamic "lock" {
    for_each = aws_kms_key.main.*.arn
#              ^ reference read -
#                          ^ reference read aws_kms_key
#                                 ^ reference read aws_kms_key.main
    content { key = lock.value }
#                   ^ nothing
  }
  provider   = aws.west
#                  ^ reference read aws
  policy     = <<-EOT
    ${aws_iam_role.it.arn} %{ for one in var.names }${one}%{ endfor } var.no
#                  ^ reference read aws_iam_role
#                                            ^ reference read var
#                                                     ^ nothing
#                                                                         ^ nothing
  EOT
}
data "aws_ami" "x" {}
#               ^ definition object data.aws_ami.x
module "net" {
#       ^ definition module module.net
#       ^ outlined
  source = "./modules/net"
#           ^ import ./modules/net - - include
#           ^ outlined
# ^ nothing
  version = "1"
# ^ nothing
  region = var.region
# ^ reference keyword module.net
  providers = { aws = aws.west }
#               ^ nothing
#                         ^ reference read aws
}
module "far" {
  source = "terraform-aws-modules/vpc/aws"
#           ^ import terraform-aws-modules/vpc/aws - - include
}
variable "region" {
#         ^ definition variable var.region
#         ^ doc Where it is.
#         ^ outlined
  description = "Where it is."
# ^ outlined
  type        = map(string)
# ^ outlined
#                   ^ nothing
  default     = {}
# ^ hidden
}
variable bare {}
#        ^ definition variable var.bare
output "name" {
#       ^ definition constant output.name
  value = length(local.a) > 1 && local.b != var.c ? "${local.tags["x"]}" : null
#                ^ nothing
#                      ^ reference read local
#                                      ^ reference read local
#                                               ^ reference read var
#                                                            ^ reference read local
}
locals {
# <- definition section locals
  # Of all.
  tags = { a = 1 }
# ^ definition constant local.tags
# ^ doc Of all.
#          ^ nothing
}
provider "aws" {
#         ^ definition section provider.aws.west
  alias = "west"
}
terraform {
# <- definition section terraform
  backend "s3" {}
#          ^ nothing
}
check "up" {}
#      ^ definition section check.up
