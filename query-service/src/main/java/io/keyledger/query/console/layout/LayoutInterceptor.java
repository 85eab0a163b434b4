package io.keyledger.query.console.layout;

import io.keyledger.query.console.access.Person;
import io.keyledger.query.console.access.PersonFilter;
import io.keyledger.query.settings.SettingsQueries;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.ModelAndView;

/** Gives each page what the frame around it shows: who is signed in, where one is, and the messages that wait. */
public final class LayoutInterceptor implements HandlerInterceptor {
    private final SettingsQueries settings;

    public LayoutInterceptor(SettingsQueries settings) {
        this.settings = settings;
    }

    /** Before it is decided who may: the page that refuses has the frame, too. */
    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        Person person = PersonFilter.person(request);
        if (person != null && handler instanceof HandlerMethod) {
            Wording.of(settings.of(person.tenant().value()).getOrDefault(Wording.SETTING, ""))
                    .mark(request);
        }
        return true;
    }

    @Override
    public void postHandle(
            HttpServletRequest request, HttpServletResponse response, Object handler, @Nullable ModelAndView model) {
        if (model == null || model.getViewName() == null || model.getViewName().startsWith("redirect:")) {
            return;
        }
        model.addObject("me", PersonFilter.person(request))
                .addObject("here", request.getRequestURI())
                .addObject("times", Times.INSTANCE)
                .addObject("wording", Wording.of(request))
                .addObject("flashes", Flash.take(request));
    }
}
