package io.github.reactorudf;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.github.reactorudf", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String API = "io.github.reactorudf";

    private static final DescribedPredicate<JavaClass> INTERNAL = JavaClass.Predicates.resideInAnyPackage(
                    API + ".arrow..", API + ".protocol..", API + ".transport..", API + ".worker..")
            .as("internal types");

    @ArchTest
    static final ArchRule PUBLIC_METHODS_SHOW_NO_INTERNAL_TYPES = methods()
            .that()
            .arePublic()
            .and()
            .areDeclaredInClassesThat()
            .resideInAPackage(API)
            .and()
            .areDeclaredInClassesThat()
            .arePublic()
            .should()
            .notHaveRawReturnType(INTERNAL)
            .andShould()
            .notHaveRawParameterTypes(DescribedPredicate.anyElementThat(INTERNAL));

    @ArchTest
    static final ArchRule WHAT_IS_BELOW_KNOWS_NOTHING_OF_WHAT_IS_ABOVE = noClasses()
            .that()
            .resideInAnyPackage(API + ".arrow..", API + ".protocol..", API + ".transport..", API + ".worker..")
            .should()
            .dependOnClassesThat(JavaClass.Predicates.resideInAPackage(API)
                    .and(DescribedPredicate.not(JavaClass.Predicates.assignableTo(UdfException.class))));

    @ArchTest
    static final ArchRule ONLY_THE_TRANSPORT_KNOWS_REACTOR_NETTY = noClasses()
            .that()
            .resideOutsideOfPackage(API + ".transport..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("reactor.netty..");

    @ArchTest
    static final ArchRule TYPES_ARE_CLOSED = classes()
            .that()
            .resideInAPackage(API)
            .and()
            .arePublic()
            .and()
            .areNotAssignableTo(UdfException.class)
            .should()
            .haveModifier(com.tngtech.archunit.core.domain.JavaModifier.FINAL);
}
