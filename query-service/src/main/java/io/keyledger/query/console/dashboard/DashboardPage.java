package io.keyledger.query.console.dashboard;

import io.keyledger.query.console.access.ForSignedIn;
import io.keyledger.query.console.access.Person;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;

/** {@code /}: the start. */
@Controller
class DashboardPage {

    @ForSignedIn
    @GetMapping("/")
    String dashboard(Person person) {
        return "console/dashboard";
    }
}
