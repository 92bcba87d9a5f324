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
