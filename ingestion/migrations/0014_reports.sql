-- The weekly rank reports, as they were made.

create table raw.weekly_reports (
    week_start_date date not null,
    content_hash text not null,
    headline json not null,
    figures json not null,
    report_document text not null,
    report_csv text not null,
    created_at timestamptz not null default clock_timestamp(),
    landed_xid xid8 not null default pg_current_xact_id(),
    primary key (week_start_date, content_hash)
);
comment on table raw.weekly_reports is
'One row per publication of a week that was reported: a report is made once and stays as it was. Append-only; when '
'somebody is forgotten, the reports that name them are deleted, and made anew.';
comment on column raw.weekly_reports.content_hash is
'The publication that it reports: raw.published_ranks.content_hash.';
comment on column raw.weekly_reports.headline is
'What a list of reports shows of it.';
comment on column raw.weekly_reports.figures is
'Everything that the document says, as data.';
comment on column raw.weekly_reports.report_document is
'The HTML page, with a marker where the plotly library goes: that is the same for every week.';
comment on column raw.weekly_reports.report_csv is
'The same figures as CSV, a line each; its first column names the section.';

-- As with the publication: dbt's role writes down what the marts said, and nobody may change it later.
grant insert on raw.weekly_reports to rift_transform;
