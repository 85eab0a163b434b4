package io.keyledger.query.console.filters;

import io.keyledger.query.console.access.ForSignedIn;
import io.keyledger.query.console.access.Person;
import io.keyledger.query.console.layout.Flash;
import io.keyledger.query.web.Refusal;
import io.keyledger.query.web.Refused;
import jakarta.servlet.http.HttpServletRequest;
import java.util.UUID;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/**
 * {@code /filters}: one's own saved filters. They are kept on the page of their list; opening one is going to that list, which
 * decides as ever who may.
 */
@Controller
class FiltersPage {
    private final SavedFilters filters;

    FiltersPage(SavedFilters filters) {
        this.filters = filters;
    }

    @ForSignedIn
    @GetMapping("/filters")
    String list(Person person, Model model) {
        model.addAttribute("filters", filters.of(person)).addAttribute("most", SavedFilters.MOST);
        return "console/filters";
    }

    @ForSignedIn
    @PostMapping("/filters/{id}/rename")
    String rename(
            Person person,
            @PathVariable("id") String id,
            @RequestParam(name = "name", defaultValue = "") String name,
            HttpServletRequest request) {
        SavedFilter filter = mine(person, id);
        String problem = filters.rename(person, filter.id(), name);
        if (problem == null) {
            Flash.success(request, "The filter is now called “%s”.".formatted(name.strip()));
        } else {
            Flash.danger(request, "The filter keeps its name.", problem);
        }
        return "redirect:/filters";
    }

    @ForSignedIn
    @PostMapping("/filters/{id}/delete")
    String delete(Person person, @PathVariable("id") String id, HttpServletRequest request) {
        SavedFilter filter = mine(person, id);
        filters.delete(person, filter.id());
        Flash.success(request, "The filter “%s” is deleted.".formatted(filter.name()));
        return "redirect:/filters";
    }

    /** What is somebody else's looks as if it were not there. */
    private SavedFilter mine(Person person, String id) {
        SavedFilter filter;
        try {
            filter = filters.one(person, UUID.fromString(id));
        } catch (IllegalArgumentException e) {
            throw new Refused(new Refusal.NoSuchPath());
        }
        if (filter == null) {
            throw new Refused(new Refusal.NoSuchPath());
        }
        return filter;
    }
}
