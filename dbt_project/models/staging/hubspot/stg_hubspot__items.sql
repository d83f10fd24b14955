{{ union_vendor_items([
    ref("stg_hubspot__calls"),
    ref("stg_hubspot__emails"),
    ref("stg_hubspot__meetings"),
]) }}
