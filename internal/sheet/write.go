package sheet

import (
	"encoding/csv"
	"io"
	"strings"
)

// Write writes rows as CSV, so that no cell is taken for a formula.
func Write(w io.Writer, rows [][]string) error {
	harmless := make([][]string, len(rows))
	for i, row := range rows {
		harmless[i] = make([]string, len(row))
		for j, cell := range row {
			harmless[i][j] = Harmless(cell)
		}
	}
	return writeRecords(w, harmless)
}

func writeRecords(w io.Writer, rows [][]string) error {
	out := csv.NewWriter(w)
	if err := out.WriteAll(rows); err != nil {
		return err
	}
	return out.Error()
}

// Harmless is a text that a spreadsheet does not take for a formula.
func Harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r\n", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

// Refused is a row that an import does not take, and why.
type Refused struct {
	Row Row
	Why string
}

// WriteRefused writes refused rows as they came, why in a column more: put right, the
// file can be imported in its turn.
func WriteRefused(w io.Writer, header []string, refused []Refused) error {
	rows := [][]string{append(header[:len(header):len(header)], "Why it was refused")}
	for _, r := range refused {
		row := make([]string, len(header), len(header)+1)
		for n := range row {
			row[n] = r.Row.Cell(n)
		}
		rows = append(rows, append(row, r.Why))
	}
	return Write(w, rows)
}
