package main

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"clientportal/internal/db/private"
)

// known are the functions of a ticket's or an entry's number whose values requests carry.
var known = []string{
	"ticket_id", "customer_id", "user_id", "employee_id", "scope", "token_hash", "staff_token_hash",
	"entry_id", "approver_id", "approver_token_hash",
}

// script is a portal's request for pgbench: what belongs to the ticket is computed
// from its number, ids that the portal makes are made, and the rest is as it was.
type script struct {
	text      strings.Builder
	variables []string // -D name=value

	conn   *pgx.Conn
	values map[string]string // what a value is in pgbench
	made   int               // new ids
}

// write makes the script of these round trips.
func write(ctx context.Context, d database, f figure, connections int, about subject, trips [][]statement) (*script, error) {
	conn, err := pgx.Connect(ctx, d.super)
	if err != nil {
		return nil, err
	}
	defer conn.Close(ctx)
	s := &script{conn: conn, values: map[string]string{}}
	for _, name := range known {
		var value string
		if err := conn.QueryRow(ctx, "select bench."+name+"($1)::text", about.number).Scan(&value); err != nil {
			return nil, err
		}
		s.values[value] = "bench." + name + "(:about)"
	}
	fmt.Fprintf(&s.text, "\\set about %s\n\\set n :n + 1\n", f.about(d, connections))
	for _, trip := range trips {
		if len(trip) > 1 {
			s.text.WriteString("\\startpipeline\n")
		}
		for _, st := range trip {
			if err := s.add(ctx, st); err != nil {
				return nil, fmt.Errorf("%w in %s", err, st.sql)
			}
		}
		if len(trip) > 1 {
			s.text.WriteString("\\endpipeline\n")
		}
	}
	return s, nil
}

var (
	placeholder = regexp.MustCompile(`\$\d+`)
	comment     = regexp.MustCompile(`(?m)^\s*--.*$`)
)

func (s *script) add(ctx context.Context, st statement) error {
	described, err := s.conn.Prepare(ctx, "", st.sql)
	if err != nil {
		return err
	}
	values := make([]string, len(st.args))
	for i, arg := range st.args {
		text, err := s.conn.TypeMap().Encode(described.ParamOIDs[i], pgtype.TextFormatCode, arg, nil)
		if err != nil {
			return err
		}
		values[i] = "null"
		if text != nil {
			values[i] = s.value(string(text), described.ParamOIDs[i])
		}
	}
	sql := placeholder.ReplaceAllStringFunc(comment.ReplaceAllString(st.sql, ""), func(p string) string {
		n, _ := strconv.Atoi(p[1:])
		return values[n-1]
	})
	fmt.Fprintf(&s.text, "%s;\n", strings.TrimSpace(sql))
	return nil
}

// value is a value of a statement in pgbench's words.
func (s *script) value(text string, oid uint32) string {
	if expression, ok := s.values[text]; ok {
		return expression
	}
	if id, err := uuid.Parse(text); err == nil && oid == pgtype.UUIDOID && id[0] != 0 {
		s.made++
		s.values[text] = fmt.Sprintf("bench.new_id(:run, :n, :client_id, %d)", s.made)
		return s.values[text]
	}
	if at, err := time.Parse("2006-01-02 15:04:05.999999Z07", text); err == nil && oid == pgtype.TimestamptzOID && time.Since(at).Abs() < time.Minute {
		return "now()"
	}
	name := fmt.Sprintf("v%d", len(s.variables))
	s.variables = append(s.variables, name+"="+text)
	s.values[text] = ":" + name
	return s.values[text]
}

// limit is what pgbench made of a script.
type limit struct {
	rate float64       // transactions in a second
	cost time.Duration // processor time of one, in pgbench and PostgreSQL
}

// limit lets pgbench run a script on as many connections.
func (b *bench) limit(ctx context.Context, d database, name string, s *script, over time.Duration) (l limit, err error) {
	file := filepath.Join(b.data, "scripts", strings.NewReplacer(" ", "-", ":", "", ",", "").Replace(name)+".sql")
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return l, err
	}
	if err := os.WriteFile(file, []byte(s.text.String()), 0o600); err != nil {
		return l, err
	}
	at, err := url.Parse(d.work)
	if err != nil {
		return l, err
	}
	n := strconv.Itoa(b.connections)
	args := []string{"--no-vacuum", "--protocol=prepared", "--client=" + n, "--jobs=2", "--file=" + file,
		"--time=" + strconv.Itoa(int(over.Seconds())), "-D", "n=0", "-D", fmt.Sprintf("run=%d", time.Now().Unix())}
	for _, v := range s.variables {
		args = append(args, "-D", v)
	}
	cmd := exec.CommandContext(ctx, filepath.Join(private.Installed()[0].Dir, "pgbench"), append(args, strings.TrimPrefix(at.Path, "/"))...)
	cmd.Env = append(os.Environ(), "PGHOST="+at.Query().Get("host"), "PGPORT="+at.Query().Get("port"), "PGUSER="+at.User.Username(),
		"PGOPTIONS=-c role=portal_app -c timezone=UTC")
	before := b.workSoFar(nil)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return l, fmt.Errorf("pgbench: %w\n%s", err, out)
	}
	spent := b.workSoFar(nil).since(before).postgres + cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	said := summary.FindSubmatch(out)
	if said == nil {
		return l, fmt.Errorf("pgbench said:\n%s", out)
	}
	done, _ := strconv.Atoi(string(said[1]))
	l.rate, _ = strconv.ParseFloat(string(said[2]), 64)
	l.cost = spent / time.Duration(max(1, done))
	return l, nil
}

var summary = regexp.MustCompile(`(?s)actually processed: (\d+).*\ntps = ([\d.]+)`)
