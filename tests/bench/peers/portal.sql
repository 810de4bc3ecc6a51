-- What PostGraphile is given: a schema of views over the product's own tables, with the relations it cannot see
-- by itself (smart tags). Its rows are found by the product's own indexes.
CREATE SCHEMA portal;

CREATE VIEW portal.organisations AS
SELECT o.id, o.slug, n.name
FROM public.organisations o
LEFT JOIN LATERAL (
  SELECT name FROM public.organisation_names
  WHERE organisation_id = o.id AND (from_on IS NULL OR from_on <= current_date)
  ORDER BY from_on DESC NULLS LAST LIMIT 1) n ON true;
COMMENT ON VIEW portal.organisations IS E'@primaryKey id';

CREATE VIEW portal.movements AS SELECT id, name FROM public.movements;
COMMENT ON VIEW portal.movements IS E'@primaryKey id';

CREATE VIEW portal.items AS
SELECT i.id, e.title, e.summary, i.published_at, i.owner_id, i.movement_id
FROM public.items i
JOIN public.editions e ON e.item_id = i.id AND e.state = 'live'
WHERE i.state = 'published';
COMMENT ON VIEW portal.items IS
  E'@primaryKey id\n@foreignKey (owner_id) references organisations (id)|@fieldName owner\n@foreignKey (movement_id) references movements (id)|@fieldName movement';

-- `words` is a tsquery, made by the caller as the product makes it; the function is inlined by the planner
CREATE FUNCTION portal.search_items(words text) RETURNS SETOF portal.items LANGUAGE sql STABLE AS $$
  SELECT i.id, e.title, e.summary, i.published_at, i.owner_id, i.movement_id
  FROM public.items i
  JOIN public.editions e ON e.item_id = i.id AND e.state = 'live'
  WHERE i.state = 'published' AND i.search_vector @@ to_tsquery('simple', words)
  ORDER BY i.published_at DESC, i.id DESC
$$;
