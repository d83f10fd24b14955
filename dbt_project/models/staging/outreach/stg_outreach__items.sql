-- No WITH in any view of items: the versions of one object are found by an index.
select
    'outreach'::text as source,
    items.external_id as object_key,
    items.raw_id,
    items.verified_by,
    case
        when parsed.document #>> '{meta,eventName}' ~ '[.](destroyed|deleted)$' then 'deleted'
    end as silenced_by,
    {{ vendor_text("parsed.document #> '{data,relationships,user,data,id}'") }} as actor_id,
    null::text as actor_email,
    -- An update may hold only what changed: of each member the newest that there is holds.
    true as is_merged,
    parsed.document is not null as is_readable,
    jsonb_strip_nulls(
        case split_part(items.external_id, ':', 1)
            when 'call'
                then jsonb_build_object(
                    'direction', {{ vendor_field("parsed.document #> '{data,attributes,direction}'") }},
                    'outcome', {{ vendor_field("parsed.document #> '{data,attributes,outcome}'") }},
                    'state', {{ vendor_field("parsed.document #> '{data,attributes,state}'") }},
                    'tag', case jsonb_typeof(parsed.document #> '{data,attributes,tags}')
                        when 'array' then parsed.document #> '{data,attributes,tags}'
                        when 'null' then null
                        else {{ vendor_field("parsed.document #> '{data,attributes,tags}'") }}
                    end,
                    'disposition_id',
                    {{ vendor_field("parsed.document #> '{data,relationships,callDisposition,data,id}'") }}
                )
            when 'mailing'
                then jsonb_build_object(
                    'state', {{ vendor_field("parsed.document #> '{data,attributes,state}'") }}
                )
            else '{}'
        end
    ) as facts,
    jsonb_strip_nulls(
        jsonb_build_object(
            'dialedAt', parsed.document #> '{data,attributes,dialedAt}',
            'answeredAt', parsed.document #> '{data,attributes,answeredAt}',
            'completedAt', parsed.document #> '{data,attributes,completedAt}',
            'createdAt', parsed.document #> '{data,attributes,createdAt}',
            'deliveredAt', parsed.document #> '{data,attributes,deliveredAt}',
            'meta.deliveredAt', parsed.document #> '{meta,deliveredAt}'
        )
    ) as moments,
    jsonb_strip_nulls(
        jsonb_build_object('disposition', {{ vendor_choice("parsed.document #> '{data,attributes,outcome}'") }})
    ) as details,
    coalesce(
        raw.safe_timestamptz(parsed.document #>> '{data,attributes,updatedAt}'),
        raw.safe_timestamptz(parsed.document #>> '{meta,deliveredAt}'),
        items.received_at
    ) as version_at,
    '-infinity'::timestamptz as tie_at,
    items.received_at,
    items.landed_at,
    items.landed_xid
from {{ source("raw", "webhook_events") }} as items
cross join {{ read_once("items.payload") }} as parsed -- One row: see the macro. -- noqa: AM09
where items.door <> 'canonical' and items.door = 'outreach' and items.source = 'outreach'
