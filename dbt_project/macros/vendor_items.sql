{#
    How the views of vendors' items read JSON of others. Each gives the same columns: `facts` (the fields that mappings compare; each an
    array, absent where the item does not have it), `moments` (times by name), `details` (what becomes metadata), who did
    it, and the order of the versions of one object (`version_at`, `tie_at`, `raw_id`).
#}

{# A field: what the item says there, whatever it is, as an array of one; absent where it says nothing. #}
{% macro vendor_field(member) -%}
    case when jsonb_typeof({{ member }}) <> 'null' then jsonb_build_array({{ member }}) end
{%- endmacro %}

{# An id or an email: a text or a number. #}
{% macro vendor_text(member) -%}
    case when jsonb_typeof({{ member }}) in ('string', 'number') then nullif(({{ member }}) #>> '{}', '') end
{%- endmacro %}

{# How long something lasted, as a number of seconds; numbers also come as text. #}
{% macro vendor_seconds(member, divisor=1) -%}
    case
        when ({{ member }}) #>> '{}' ~ '^[0-9]{1,9}([.][0-9]{1,6})?$'
            then trim_scale(round((({{ member }}) #>> '{}')::numeric / {{ divisor }}, 3))
    end
{%- endmacro %}

{# What somebody chose from a list, to be shown: a text that is no longer than one of a list. #}
{% macro vendor_choice(member) -%}
    case when jsonb_typeof({{ member }}) = 'string' then left(({{ member }}) #>> '{}', 200) end
{%- endmacro %}

{# A payload as jsonb, read once a row; null where jsonb cannot hold it. The LIMIT keeps it from being read for each use. #}
{% macro read_once(payload) -%}
    lateral (select raw.safe_jsonb({{ payload }}) as document limit 1)
{%- endmacro %}

{# The columns that every view of vendors' items has, in one order. #}
{% macro vendor_item_columns() -%}
    {{ return([
        "source", "object_key", "raw_id", "verified_by", "silenced_by", "actor_id", "actor_email", "is_merged",
        "is_readable", "facts", "moments", "details", "version_at", "tie_at", "received_at", "landed_at", "landed_xid",
    ]) }}
{%- endmacro %}

{# The items of several such views. Nothing but columns: Postgres then asks each by its index. #}
{% macro union_vendor_items(relations) -%}
    {%- for relation in relations -%}
    select {{ vendor_item_columns() | join(", ") }} from {{ relation }}
    {{ "union all " if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
