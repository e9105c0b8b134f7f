// Command kubernetes-reader answers how Kubernetes reads a schedule or a quantity.
package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"github.com/robfig/cron/v3"
	"k8s.io/apimachinery/pkg/api/resource"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	answers := bufio.NewWriter(os.Stdout)
	defer answers.Flush()
	for lines.Scan() {
		kind, text, _ := strings.Cut(lines.Text(), " ")
		fmt.Fprintln(answers, answer(kind, text))
	}
}

func answer(kind, text string) any {
	if kind == "schedule" {
		_, err := cron.ParseStandard(text)
		// A CronJob refuses a time zone here: it has a field for it.
		return err == nil && !strings.Contains(text, "TZ")
	}
	amount, err := resource.ParseQuantity(text)
	if err != nil {
		return false
	}
	return amount.AsDec()
}
