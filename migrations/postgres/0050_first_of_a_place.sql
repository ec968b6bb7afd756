-- Of each place the first delivery that waits is looked for by an index of what waits alone: by all that was told within
-- a month, a place that is down made every look as long as that times what waits.
CREATE INDEX jobs_first ON jobs (webhook_id, job_id) WHERE state = 'waiting' AND webhook_id IS NOT NULL;
