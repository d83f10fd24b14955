-- Every item that says something of an object. What a door of HubSpot lands says only that there is something to pull.
{{ union_vendor_items([
    ref("stg_outreach__items"),
    ref("stg_nooks__items"),
    ref("stg_hubspot__items"),
    ref("stg_salesloft__items"),
    ref("stg_calendly__items"),
    ref("stg_salesforce__items"),
]) }}
