package customer_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"github.com/google/uuid"

	"clientportal/internal/customer"
	"clientportal/internal/fault"
)

// tryImport says what would come of a file.
func (h house) tryImport(t *testing.T, file string) customer.Report {
	t.Helper()
	report, err := h.ImportFile(h.admin, []byte(file), nil, true)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// doImport imports a file.
func (h house) doImport(t *testing.T, file string) customer.Report {
	t.Helper()
	report, err := h.ImportFile(h.admin, []byte(file), nil, false)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// count is how many rows a table has.
func (h house) count(t *testing.T, table string) (n int) {
	t.Helper()
	if err := h.superuser(t).QueryRow(t.Context(), `select count(*) from `+table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestImportOf50000RowsWithThreeBadOnes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	bad := map[int]string{17: "C17,EUR,nobody,F,L\n", 30_000: ",EUR,a@c30000.example,F,L\n", 49_999: "C49999,Taler,a@c49999.example,F,L\n"}
	var file bytes.Buffer
	file.WriteString("Company,Currency,E-mail,First name,Last name\n")
	for i := 2; i <= 50_001; i++ {
		if row, ok := bad[i]; ok {
			file.WriteString(row)
			continue
		}
		fmt.Fprintf(&file, "Company %d,EUR,person%d@company%d.example,First %d,Last %d\n", i%10_000, i, i%10_000, i, i)
	}
	id, err := h.Upload(h.admin, "all.csv", file.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	_, report, err := h.Review(h.admin, id)
	if err != nil {
		t.Fatal(err)
	}
	var lines []int
	for _, refusal := range report.Refusals {
		lines = append(lines, refusal.Line)
	}
	if !slices.Equal(lines, []int{17, 30_000, 49_999}) || report.Accepted != 49_997 || report.Stakeholders != 49_997 {
		t.Errorf("accepted %d, %d stakeholders, refused %v", report.Accepted, report.Stakeholders, report.Refusals)
	}
	before := h.count(t, "customers")
	for range 2 { // a second time changes nothing
		if _, err := h.RunImport(h.admin, id); err != nil {
			t.Fatal(err)
		}
	}
	if people, made := h.count(t, "customer_stakeholders"), h.count(t, "customers")-before; people != 49_997 || made != 10_000 {
		t.Errorf("%d stakeholders, %d customers", people, made)
	}
}

func TestImportIsForAdmins(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	file := []byte("Customer\nCargo\n")
	id, err := h.Upload(h.admin, "x.csv", file)
	if err != nil {
		t.Fatal(err)
	}
	for name, ctx := range callersBut(h) {
		_, upload := h.Upload(ctx, "x.csv", file)
		_, _, review := h.Review(ctx, id)
		_, run := h.RunImport(ctx, id)
		_, direct := h.ImportFile(ctx, file, nil, false)
		for _, err := range []error{upload, review, run, direct, h.SetColumns(ctx, id, []string{"customer"})} {
			if fault.CodeOf(err) != fault.Forbidden {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if _, _, err := h.Review(h.admin, uuid.New()); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("an upload that is none: %v", err)
	}
}

func TestImportTellsRowByRowWhatIsRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	report := h.tryImport(t, "\ufeffCompany;Type;Time zone;E-mail;First name;Last name;Primary contact\n"+
		"Cargo;B2B;Europe/Berlin;a@cargo.example;Ann;Adler;yes\n"+
		"cargo ;;;A@cargo.example;Ann;Adler;\n"+ // the same person
		"Cargo;b2c;;;;;\n"+ // says otherwise
		"Cargo;;;b@cargo.example;Ben;Bell;x\n"+ // a second primary contact
		"Cargo;;;c@cargo.example;;;\n"+
		"Drift;;Mars/Olympus;nobody;D;D;perhaps\n"+
		"Drift;;;d@drift.example;D;D;;too much\n"+
		"Acme Industrial;;;e@acme.example;=cmd();<script>;no\n")
	var refused []string
	for _, r := range report.Refusals {
		for _, reason := range r.Reasons {
			refused = append(refused, fmt.Sprintf("%d %s", r.Line, reason.Column))
		}
	}
	want := []string{"4 client_type", "5 is_primary_contact", "6 first_name", "6 last_name", "7 timezone", "7 email", "8 "}
	if !slices.Equal(refused, want) {
		t.Errorf("refused %q, want %q", refused, want)
	}
	if report.Accepted != 2 || report.Unchanged != 1 || report.Customers != 1 || report.Stakeholders != 2 {
		t.Errorf("report %+v", report)
	}
	if n := h.count(t, "customer_stakeholders"); n != 0 {
		t.Errorf("a dry run made %d stakeholders", n)
	}
}

func TestImportTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	const file = "Customer,Website,Email,First name,Last name\n" +
		"Cargo,cargo.example,a@cargo.example,Ann,Adler\nCargo,,b@cargo.example,Ben,Bell\nDapper Goods,,,,\nBOLTLINE,x.example,,,\n"
	first := h.doImport(t, file)
	if first.Customers != 2 || first.Stakeholders != 2 || first.Unchanged != 1 {
		t.Errorf("first %+v", first)
	}
	again := h.doImport(t, file)
	if again.Accepted != 0 || again.Unchanged != 4 || again.Refused != 0 {
		t.Errorf("again %+v", again)
	}
	if customers, people := h.count(t, "customers"), h.count(t, "customer_stakeholders"); customers != 4 || people != 2 {
		t.Errorf("%d customers, %d stakeholders", customers, people)
	}
	page, err := h.List(h.admin, customer.Filter{Q: "cargo", Limit: 1})
	if err != nil || len(page.Items) != 1 || *page.Items[0].Website != "https://cargo.example" || page.Items[0].Slug != "cargo" {
		t.Fatalf("made %+v, %v", page.Items, err)
	}
	if got := h.events(t, page.Items[0].ID); !slices.Equal(got, []string{"customer.import"}) {
		t.Errorf("events %q", got)
	}
	if boltline, err := h.Customer(h.admin, h.boltline.ID); err != nil || boltline.Website != nil {
		t.Errorf("a customer that was there got %v, %v", boltline.Website, err)
	}
}

func TestImportOfNamesakes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.create(t, customer.Draft{Name: "acme  industrial"})
	report := h.tryImport(t, "Customer\nAcme Industrial\n")
	if report.Refused != 1 || report.Refusals[0].Reasons[0].Column != "customer" {
		t.Errorf("report %+v", report)
	}
}

// The screen lists the columns by their labels: a file with those heads is understood.
func TestColumnsAreKnownByTheirLabels(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id, err := h.Upload(h.admin, "labels.csv", []byte("Customer's name,Kind of website,E-mail,Job title\nCargo,brochure,,\n"))
	if err != nil {
		t.Fatal(err)
	}
	if kept, report, err := h.Review(h.admin, id); err != nil || report.Accepted != 1 || !slices.Equal(kept.Fields, []string{"customer", "website_type", "email", "title"}) {
		t.Errorf("%q, %+v, %v", kept.Fields, report, err)
	}
}

func TestColumnsAreChosenWhereTheirHeadsMislead(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id, err := h.Upload(h.admin, "swapped.csv", []byte("Company,Email,First name,Last name\na@cargo.example,Cargo,Adler,Ann\n"))
	if err != nil {
		t.Fatal(err)
	}
	if _, report, err := h.Review(h.admin, id); err != nil || report.Refused != 1 {
		t.Errorf("as guessed: %+v, %v", report, err)
	}
	for _, wrong := range [][]string{{"email"}, {"email", "customer", "email", ""}, {"email", "owner", "", ""}, {"email", "", "", ""}} {
		if err := h.SetColumns(h.admin, id, wrong); !slices.Equal(slices.Compact(fields(err)), []string{"columns"}) {
			t.Errorf("columns %q: %v", wrong, err)
		}
	}
	if err := h.SetColumns(h.admin, id, []string{"email", "customer", "last_name", "first_name"}); err != nil {
		t.Fatal(err)
	}
	if _, report, err := h.Review(h.admin, id); err != nil || report.Accepted != 1 {
		t.Errorf("as chosen: %+v, %v", report, err)
	}
	if report, err := h.RunImport(h.admin, id); err != nil || report.Customers != 1 {
		t.Errorf("imported %+v, %v", report, err)
	}
	if err := h.SetColumns(h.admin, id, []string{"customer", "", "", ""}); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("other columns after the import: %v", err)
	}
}

func TestImportByAPI(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	const file = "Customer,Currency\nCargo,EUR\nDrift,Taler\n"
	tried := h.call(t, h.admin, "POST", "/import?dry_run=true", file, "Content-Type", "text/csv")
	if tried.Code != 200 || tried.body["accepted"] != 1.0 || tried.body["refused"] != 1.0 || h.count(t, "customers") != 2 {
		t.Errorf("tried: %d %s", tried.Code, tried.Body)
	}
	done := h.call(t, h.admin, "POST", "/import?columns=customer,", file, "Content-Type", "text/csv")
	if done.Code != 200 || done.body["customers"] != 2.0 || h.count(t, "customers") != 4 {
		t.Errorf("done: %d %s", done.Code, done.Body)
	}
	if got := h.call(t, h.manager, "POST", "/import", file, "Content-Type", "text/csv"); got.Code != 403 {
		t.Errorf("by a manager: %d", got.Code)
	}
}
