package io.keyledger.query.console.layout;

import io.keyledger.query.console.access.PersonFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.ModelAndView;

/** Gives each page what the frame around it shows: who is signed in, where one is, and the messages that wait. */
public final class LayoutInterceptor implements HandlerInterceptor {

    @Override
    public void postHandle(
            HttpServletRequest request, HttpServletResponse response, Object handler, @Nullable ModelAndView model) {
        if (model == null || model.getViewName() == null || model.getViewName().startsWith("redirect:")) {
            return;
        }
        model.addObject("me", PersonFilter.person(request))
                .addObject("here", request.getRequestURI())
                .addObject("times", Times.INSTANCE)
                .addObject("flashes", Flash.take(request));
    }
}
