package main

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"
)

// step is a part of making the data.
type step struct{ name, sql string }

// together runs the steps, two at a time, without foreign keys' checks and without
// waiting for the disk.
func (d database) together(ctx context.Context, steps []step) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(2)
	for _, s := range steps {
		group.Go(func() error {
			began := time.Now()
			conn, err := pgx.Connect(ctx, d.super+"&session_replication_role=replica&synchronous_commit=off&maintenance_work_mem=1GB&work_mem=256MB")
			if err != nil {
				return err
			}
			defer conn.Close(ctx)
			if _, err := conn.PgConn().Exec(ctx, s.sql).ReadAll(); err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
			if took := time.Since(began); took > time.Second {
				log.Printf("  %-32s %s", s.name, took.Round(time.Second))
			}
			return nil
		})
	}
	return group.Wait()
}

// dropIndexes drops the indexes that no constraint needs, and gives the steps that
// make them again: that is quicker than keeping them up.
func (d database) dropIndexes(ctx context.Context) ([]step, error) {
	conn, err := pgx.Connect(ctx, d.super)
	if err != nil {
		return nil, err
	}
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, `
		select c.relname, pg_get_indexdef(i.indexrelid)
		from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
		where n.nspname = 'public' and c.relkind = 'i' and not c.relispartition -- those of partitions belong to their parent's
		  and not exists (select from pg_constraint k where k.conindid = i.indexrelid)`)
	if err != nil {
		return nil, err
	}
	steps, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (s step, err error) {
		return s, row.Scan(&s.name, &s.sql)
	})
	for _, s := range steps {
		if err == nil {
			_, err = conn.Exec(ctx, `drop index `+pgx.Identifier{s.name}.Sanitize())
		}
	}
	return steps, err
}
