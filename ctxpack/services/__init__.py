"""What joins the stages: from what somebody asks, in words, names or a diff, to what each stage is given.

`targets` reads what is named, `diffs` what a change concerns, and `data_impact` follows it over tables; `candidates`
gathers what a pack may show; `outline` and `briefing` write what stands in front of some packs.
"""
