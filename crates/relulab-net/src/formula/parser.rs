//! From text to program: the pest grammar of `grammar.pest` and the precedence of the operators.

use super::error::{FormulaError, FormulaFault};
use super::function::Function1;
use super::program::{Op, Program};
use super::{MAX_FORMULA_CHARACTERS, MAX_NESTING};
use pest::Parser;
use pest::error::InputLocation;
use pest::iterators::{Pair, Pairs};
use pest::pratt_parser::{Assoc, Op as Operator, PrattParser};

#[derive(pest_derive::Parser)]
#[grammar = "formula/grammar.pest"]
struct Grammar;

/// Compiles a text in the variables x1 to x`input_dim`.
pub(super) fn parse(text: &str, input_dim: usize) -> Result<Program, FormulaError> {
    let reader = Reader { text, input_dim, precedence: precedence() };
    reader.check_size()?;
    let mut pairs = Grammar::parse(Rule::formula, text).map_err(|error| reader.syntax_error(&error))?;
    match pairs.next() {
        Some(expression) => reader.expression(expression, 0),
        None => Err(reader.error(0, FormulaFault::ExpectedOperand)),
    }
}

/// Loosest first: sums, products, signs, powers (to the right), so that −x^2 is −(x^2) and 2^-3 is 1/8.
fn precedence() -> PrattParser<Rule> {
    PrattParser::new()
        .op(Operator::infix(Rule::add, Assoc::Left) | Operator::infix(Rule::subtract, Assoc::Left))
        .op(Operator::infix(Rule::multiply, Assoc::Left) | Operator::infix(Rule::divide, Assoc::Left))
        .op(Operator::prefix(Rule::negative) | Operator::prefix(Rule::positive))
        .op(Operator::infix(Rule::power, Assoc::Right))
}

/// One text being read.
struct Reader<'a> {
    text: &'a str,
    input_dim: usize,
    precedence: PrattParser<Rule>,
}

impl Reader<'_> {
    /// Refuses what could exhaust the call stack of the grammar; [`Self::expression`] does so for the operators.
    fn check_size(&self) -> Result<(), FormulaError> {
        let got = self.text.chars().count();
        if got > MAX_FORMULA_CHARACTERS {
            return Err(FormulaError {
                text: self.text.chars().take(40).chain("…".chars()).map(without_breaks).collect(),
                column: 40,
                fault: FormulaFault::TooLong { got, limit: MAX_FORMULA_CHARACTERS },
            });
        }
        let mut open = 0_usize;
        for (at, character) in self.text.char_indices() {
            match character {
                '(' => open += 1,
                ')' => open = open.saturating_sub(1),
                _ => {}
            }
            if open > MAX_NESTING {
                return Err(self.error(at, FormulaFault::TooDeep(MAX_NESTING)));
            }
        }
        Ok(())
    }

    /// Compiles an expression that lies `depth` levels deep.
    fn expression(&self, pair: Pair<'_, Rule>, depth: usize) -> Result<Program, FormulaError> {
        let start = pair.as_span().start();
        let pairs = pair.into_inner();
        let depth = depth + 1 + longest_chain(pairs.clone());
        if depth > MAX_NESTING {
            return Err(self.error(start, FormulaFault::TooDeep(MAX_NESTING)));
        }
        self.precedence
            .map_primary(|pair| self.primary(pair, depth))
            .map_prefix(|sign, operand| {
                Ok(if sign.as_rule() == Rule::negative { operand?.then(Op::Neg) } else { operand? })
            })
            .map_infix(|left, operator, right| {
                let op = match operator.as_rule() {
                    Rule::add => Op::Add,
                    Rule::subtract => Op::Sub,
                    Rule::multiply => Op::Mul,
                    Rule::divide => Op::Div,
                    _ => Op::Pow,
                };
                Ok(left?.with(op, right?))
            })
            .parse(pairs)
    }

    fn primary(&self, pair: Pair<'_, Rule>, depth: usize) -> Result<Program, FormulaError> {
        match pair.as_rule() {
            Rule::number => self.number(&pair),
            Rule::name => self.name(&pair),
            Rule::call => self.call(pair, depth),
            _ => self.expression(pair, depth),
        }
    }

    fn number(&self, pair: &Pair<'_, Rule>) -> Result<Program, FormulaError> {
        match pair.as_str().parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(Program::constant(value)),
            _ => Err(self.error(pair.as_span().start(), FormulaFault::NumberTooLarge(pair.as_str().to_owned()))),
        }
    }

    fn name(&self, pair: &Pair<'_, Rule>) -> Result<Program, FormulaError> {
        let name = pair.as_str();
        let input_dim = self.input_dim;
        let fault = match name {
            "pi" => return Ok(Program::constant(std::f64::consts::PI)),
            "e" => return Ok(Program::constant(std::f64::consts::E)),
            "x" if input_dim == 1 => return Ok(Program::variable(0)),
            _ => match variable_number(name) {
                Some(Ok(number)) if (1..=input_dim).contains(&number) => return Ok(Program::variable(number - 1)),
                Some(_) => FormulaFault::UnknownVariable { name: name.to_owned(), input_dim },
                None if name == "x" => FormulaFault::UnknownVariable { name: name.to_owned(), input_dim },
                None if arity(name).is_some() => FormulaFault::WithoutArguments(name.to_owned()),
                None => FormulaFault::UnknownName { name: name.to_owned(), input_dim },
            },
        };
        Err(self.error(pair.as_span().start(), fault))
    }

    fn call(&self, pair: Pair<'_, Rule>, depth: usize) -> Result<Program, FormulaError> {
        let start = pair.as_span().start();
        let mut parts = pair.into_inner();
        let name = parts.next().map_or("", |pair| pair.as_str());
        let Some(expected) = arity(name) else {
            return Err(self.error(start, FormulaFault::UnknownFunction(name.to_owned())));
        };
        let arguments = parts.map(|part| self.expression(part, depth)).collect::<Result<Vec<_>, _>>()?;
        let got = arguments.len();
        let mut arguments = arguments.into_iter();
        match (Function1::from_name(name), arguments.next(), arguments.next()) {
            (Some(function), Some(argument), None) => Ok(argument.then(Op::Call1(function))),
            (None, Some(a), Some(b)) if got == expected => Ok(a.with(if name == "min" { Op::Min } else { Op::Max }, b)),
            _ => Err(self.error(start, FormulaFault::Arity { name: name.to_owned(), expected, got })),
        }
    }

    fn syntax_error(&self, error: &pest::error::Error<Rule>) -> FormulaError {
        let at = match error.location {
            InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
        };
        let expects_operator = match &error.variant {
            pest::error::ErrorVariant::ParsingError { positives, .. } => positives.contains(&Rule::multiply),
            pest::error::ErrorVariant::CustomError { .. } => false,
        };
        if !expects_operator {
            return self.error(at, FormulaFault::ExpectedOperand);
        }
        let (before, after) = self.text.split_at(at);
        let open = before.matches('(').count() > before.matches(')').count();
        let product = after.starts_with(|next: char| next.is_ascii_alphanumeric() || next == '(');
        self.error(at, FormulaFault::ExpectedOperator { open, product })
    }

    /// A fault at a byte of the text.
    pub(super) fn error(&self, at: usize, fault: FormulaFault) -> FormulaError {
        FormulaError {
            text: self.text.chars().map(without_breaks).collect(),
            column: self.text.char_indices().take_while(|(byte, _)| *byte < at).count(),
            fault,
        }
    }
}

/// The most signs and powers in a row, each of which is a level of its own: `-x^-2` has three.
fn longest_chain(pairs: Pairs<'_, Rule>) -> usize {
    let mut chain = 0;
    let mut longest = 0;
    for pair in pairs {
        match pair.as_rule() {
            Rule::negative | Rule::positive | Rule::power => chain += 1,
            Rule::add | Rule::subtract | Rule::multiply | Rule::divide => chain = 0,
            _ => {}
        }
        longest = longest.max(chain);
    }
    longest
}

/// Keeps the caret under its place: tabs, line breaks and other control characters become spaces.
fn without_breaks(character: char) -> char {
    if character.is_control() { ' ' } else { character }
}

/// The number of a variable such as `x12`; an error inside when it is no usable number.
fn variable_number(name: &str) -> Option<Result<usize, std::num::ParseIntError>> {
    let digits = name.strip_prefix('x')?;
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse())
}

fn arity(name: &str) -> Option<usize> {
    match name {
        "min" | "max" => Some(2),
        _ => Function1::from_name(name).map(|_| 1),
    }
}
