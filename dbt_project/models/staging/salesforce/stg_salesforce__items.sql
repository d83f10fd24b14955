{{ union_vendor_items([
    ref("stg_salesforce__tasks"),
    ref("stg_salesforce__events"),
]) }}
