package main

import (
	"context"
	"embed"
	"io/fs"
	"log"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/db"
)

// seedFiles make the data. Those with the same number run at the same time.
//
//go:embed seed/*.sql
var seedFiles embed.FS

// size is how much data there is.
type size struct {
	name                                           string
	customers, employees, tickets, entries, events int
	metrics                                        int // rows of metric_facts, about
}

// sizes are those that can be asked for. The small one has fewer customers too, so
// that a page of a customer's tickets is full in both.
var sizes = map[string]size{
	"full":  {"full", 1000, 40, 1_000_000, 2_000_000, 5_000_000, 20_000_000},
	"small": {"small", 100, 10, 10_000, 200_000, 50_000, 200_000},
}

// password is that of every person in the data.
const password = "four random bench words"

// database is the data of one size.
type database struct {
	size
	work, owner, super string // addresses
}

// database finds the data of this size, and makes it the first time.
func (b *bench) database(ctx context.Context, s size, fresh bool) (database, error) {
	name := "bench_" + s.name
	admin, err := pgx.Connect(ctx, b.cluster.SuperuserURL())
	if err != nil {
		return database{}, err
	}
	defer admin.Close(ctx)
	if fresh {
		if _, err := admin.Exec(ctx, `drop database if exists `+name+` with (force)`); err != nil {
			return database{}, err
		}
	}
	var there bool
	err = admin.QueryRow(ctx, `select exists (select from pg_database where datname = $1)`, name).Scan(&there)
	if err == nil && !there {
		err = b.make(ctx, admin, s, name)
	}
	if err != nil {
		return database{}, err
	}
	d := b.at(s, name)
	return d, db.Migrate(ctx, d.owner, d.work)
}

func (b *bench) at(s size, name string) database {
	in := func(address string) string {
		u, err := url.Parse(address)
		if err != nil {
			panic(err) // the cluster makes them
		}
		u.Path = "/" + name
		return u.String()
	}
	return database{s, in(b.cluster.URL()), in(b.cluster.OwnerURL()), in(b.cluster.SuperuserURL())}
}

// make makes the data under another name, so that a database that is there is whole.
func (b *bench) make(ctx context.Context, admin *pgx.Conn, s size, name string) error {
	began := time.Now()
	log.Printf("making the %s data: %d customers, %d tickets, %d time entries, %d audit events, %d metric rows", s.name, s.customers, s.tickets, s.entries, s.events, s.metrics)
	making := name + "_making"
	for _, statement := range []string{
		`drop database if exists ` + making + ` with (force)`,
		`create database ` + making + ` owner portal_owner`,
		`alter system set max_wal_size = '16GB'`, // while loading
		`select pg_reload_conf()`,
	} {
		if _, err := admin.Exec(ctx, statement); err != nil {
			return err
		}
	}
	d := b.at(s, making)
	if err := db.Migrate(ctx, d.owner, d.work); err != nil {
		return err
	}
	if err := d.seed(ctx); err != nil {
		return err
	}
	for _, statement := range []string{
		`alter database ` + making + ` rename to ` + name,
		`alter system reset max_wal_size`,
		`select pg_reload_conf()`,
		`checkpoint`,
	} {
		if _, err := admin.Exec(ctx, statement); err != nil {
			return err
		}
	}
	log.Printf("made in %s", time.Since(began).Round(time.Second))
	return nil
}

// seed fills the migrated tables, without their indexes, then makes those.
func (d database) seed(ctx context.Context) error {
	indexes, err := d.dropIndexes(ctx)
	if err != nil {
		return err
	}
	hash, err := argon2id.CreateHash(password, &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32})
	if err != nil {
		return err
	}
	fill := strings.NewReplacer("{password}", hash,
		"{customers}", strconv.Itoa(d.customers), "{employees}", strconv.Itoa(d.employees),
		"{tickets}", strconv.Itoa(d.tickets), "{entries}", strconv.Itoa(d.entries), "{events}", strconv.Itoa(d.events), "{metrics}", strconv.Itoa(d.metrics))
	for number := '1'; number <= '3'; number++ {
		files, err := fs.Glob(seedFiles, "seed/"+string(number)+"_*.sql")
		if err != nil {
			return err
		}
		var steps []step
		for _, file := range files {
			text, err := seedFiles.ReadFile(file)
			if err != nil {
				return err
			}
			steps = append(steps, step{path.Base(file), fill.Replace(string(text))})
		}
		if err := d.together(ctx, steps); err != nil {
			return err
		}
	}
	if err := d.together(ctx, indexes); err != nil {
		return err
	}
	return d.together(ctx, []step{{"vacuum", `vacuum analyze`}})
}
