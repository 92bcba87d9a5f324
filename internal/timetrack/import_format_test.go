package timetrack

import (
	"errors"
	"strings"
	"testing"
	"time"

	"clientportal/internal/fault"
	"clientportal/internal/sheet"
)

// The same hour and a half, as each program exports it.
var exports = map[string]string{
	"toggl": "User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags,Amount ()\n" +
		"Priya Raman,Priya@agency.example,Dapper Goods,Relaunch,Development,\"Search, part 2\",Yes,2026-11-18,09:00:00,2026-11-18,10:30:00,01:30:00,\"shop, search\",\n",
	"toggl today": "Description,Billable,Duration,Member,Email,Project,Client,Tags,Start date,Start time,Stop date,Stop time\n" +
		"\"Search, part 2\",Yes,1:30:00,Priya Raman,priya@agency.example,Relaunch,Dapper Goods,Development,2026-11-18,9:00:00,2026-11-18,10:30:00\n",
	"harvest": "Date,Client,Project,Project Code,Task,Notes,Hours,Hours Rounded,Billable?,Invoiced?,Approved?,First Name,Last Name,Roles,Employee?,Billable Rate,Billable Amount,Cost Rate,Cost Amount,Currency,External Reference URL\n" +
		"18/11/2026,Dapper Goods,Relaunch,R-1,Development,\"Search, part 2\",\"1,5\",\"1,5\",Yes,No,No,Priya,Raman,,Yes,95.0,142.5,0.0,0.0,British Pound - GBP,\n",
	"clockify": "\ufeff\"Project\",\"Client\",\"Description\",\"Task\",\"User\",\"Group\",\"Email\",\"Tags\",\"Billable\",\"Start Date\",\"Start Time\",\"End Date\",\"End Time\",\"Duration (h)\",\"Duration (decimal)\",\"Billable Rate (GBP)\",\"Billable Amount (GBP)\"\n" +
		"\"Relaunch\",\"Dapper Goods\",\"Search, part 2\",\"Development\",\"Priya Raman\",\"\",\"priya@agency.example\",\"\",\"Yes\",\"11/18/2026\",\"09:00:00 AM\",\"11/18/2026\",\"10:30:00 AM\",\"01:30:00\",\"1.50\",\"95.00\",\"142.50\"\n",
	"clockify in German": "Project;Client;Description;Task;User;Email;Tags;Billable;Start Date;Start Time;Duration (decimal)\n" +
		"Relaunch;Dapper Goods;Search, part 2;Development;Priya Raman;priya@agency.example;;No;18.11.2026;09:00;1,50\n",
}

func parsed(t *testing.T, file string) (report, error) {
	t.Helper()
	table, err := sheet.Parse([]byte(file), sheet.Limits{Rows: 100, Columns: 40, Bytes: 100_000}, "file")
	if err != nil {
		t.Fatal(err)
	}
	return reportOf(table)
}

func TestFormatsAreKnownByTheirHead(t *testing.T) {
	t.Parallel()
	for name, file := range exports {
		r, err := parsed(t, file)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !strings.HasPrefix(name, r.name) {
			t.Errorf("%s is taken for %s", name, r.name)
		}
		e, err := r.read(r.rows[0], orderOf(r.dates()))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if e.client != "Dapper Goods" || e.project != "Relaunch" || e.person != "Priya Raman" || e.description != "Search, part 2" || e.category != "Development" {
			t.Errorf("%s: %+v", name, e)
		}
		if e.day.Format(time.DateOnly) != "2026-11-18" || e.minutes != 90 || e.billable == strings.Contains(name, "German") {
			t.Errorf("%s: %s, %d minutes, billable %t", name, e.day, e.minutes, e.billable)
		}
		if want := "priya@agency.example"; r.name != "harvest" && e.email != want {
			t.Errorf("%s: address %q", name, e.email)
		}
	}
}

func TestOtherTablesAreRefused(t *testing.T) {
	t.Parallel()
	for _, file := range []string{
		"Customer,E-mail\nDapper Goods,a@b.example\n",
		"Project,Client,Description,User,Start Date\nA,B,C,D,2026-11-18\n", // without a duration
		"Date,Client,Project,Notes,Hours\n2026-11-18,A,B,C,1\n",            // of nobody
	} {
		if _, err := parsed(t, file); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%q: %v", file, err)
		}
	}
}

func TestSwappedColumnsAreRefusedCellByCell(t *testing.T) {
	t.Parallel()
	r, err := parsed(t, "User,Email,Client,Description,Billable,Start date,Duration\nPriya,p@agency.example,Dapper Goods,,01:30:00,Yes,2026-11-18\n")
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.read(r.rows[0], orderUnknown)
	for _, column := range []string{colDescription, colBillable, colDay, colDuration} {
		if !strings.Contains(faultsOf(err), column+": ") {
			t.Errorf("no words about %s in %q", column, faultsOf(err))
		}
	}
}

func TestTheSameRowHasTheSameKey(t *testing.T) {
	t.Parallel()
	keys := map[string]string{}
	for name, file := range exports {
		r, _ := parsed(t, file)
		e, _ := r.read(r.rows[0], orderOf(r.dates()))
		keys[name] = e.key
	}
	if keys["clockify"] != keys["clockify in German"] {
		t.Error("a row has another key when days and durations are written another way")
	}
	if keys["clockify"] == keys["harvest"] {
		t.Error("two programs share a key")
	}
}

// faultsOf are the fields of a fault with their words.
func faultsOf(err error) string {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return ""
	}
	var all []string
	for _, field := range f.Fields {
		all = append(all, field.Name+": "+field.Message)
	}
	return strings.Join(all, "; ")
}
