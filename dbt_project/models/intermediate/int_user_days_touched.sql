with touched as (
    {{ user_days_touched(ref("int_user_days_settled")) }}
)

select * from touched
